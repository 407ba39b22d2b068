//! A value of a buffer changed by its place in the JSON form; every byte that does not say it stays.

use serde_json::{Map, Value as Json};
use zems::formats::json::Reader;
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::Buffer;

use crate::details::json_text;

/// The key of the bytes before the first token.
const HEADER: &str = "header_hex";

/// The key of all bytes.
const BUFFER: &str = "buffer_hex";

/// The buffer with another value at a place of its JSON form, such as `["tokens", 2, "value"]` or `["emphasis"]`.
///
/// # Errors
///
/// There is no such place, the value does not fit, or bytes that the form does not say would be lost.
pub(crate) fn edited(
    site: &Site,
    buffer: &Buffer<'_>,
    path: &[Json],
    value: Json,
) -> Result<Vec<u8>, String> {
    let text = json_text(site, buffer, true, false, false)?;
    let mut form = parsed(&text)?;
    form.remove(BUFFER);
    let reader = Reader::new(site.dictionary());
    let encode = |form: Map<String, Json>| {
        let text = Json::Object(form).to_string();
        // The form says when the event was generated.
        let bytes = reader.read(&text, Timestamp::UNSET).map_err(|error| error.to_string())?;
        bytes.ok_or_else(|| "this is not a buffer".to_owned())
    };
    let is_of_header = path.first().and_then(Json::as_str) != Some("tokens");
    if is_of_header {
        form.remove(HEADER);
        if encode(form.clone())? != buffer.as_bytes() {
            return Err(
                "the header has bytes that its fields do not say: a change of a field would lose them"
                    .to_owned(),
            );
        }
    }
    set(&mut form, path, value)?;
    encode(form)
}

fn parsed(text: &str) -> Result<Map<String, Json>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut deserializer).map_err(|error| error.to_string())
}

fn set(form: &mut Map<String, Json>, path: &[Json], value: Json) -> Result<(), String> {
    let missing = || format!("nothing is at {}", Json::Array(path.to_vec()));
    let (first, rest) = path.split_first().ok_or_else(missing)?;
    let key = first.as_str().ok_or_else(missing)?;
    let mut place = form.get_mut(key).ok_or_else(missing)?;
    for step in rest {
        // The bytes of a token count before its value, and what is for people says the old one.
        if let Some(token) = place.as_object_mut().filter(|token| token.contains_key("code")) {
            let wanted = step.as_str().unwrap_or_default();
            if wanted == "value" || wanted == "values" {
                token.remove("hex");
            }
            token.remove("label");
        }
        place = match step {
            Json::String(key) => place.get_mut(key),
            step => step.as_u64().and_then(|at| usize::try_from(at).ok()).and_then(|at| place.get_mut(at)),
        }
        .ok_or_else(missing)?;
    }
    *place = value;
    if path.len() == 1 {
        // Remove the stored value that an override template replaced: the new value counts.
        if let Some(stored) = form.get_mut("stored").and_then(Json::as_object_mut) {
            stored.remove(key);
        }
    }
    Ok(())
}

/// A value as people type it, for a place that holds `old`: text for text; a number, `true` or JSON for the others, and for what is
/// no JSON the name of a value, or a time.
pub(crate) fn typed(old: &Json, text: &str) -> Json {
    match old {
        Json::String(_) => Json::String(text.to_owned()),
        _ => serde_json::from_str(text.trim()).unwrap_or_else(|_| Json::String(text.trim().to_owned())),
    }
}

/// The value at a place of the JSON form of a buffer.
///
/// # Errors
///
/// There is no such place.
pub(crate) fn at(site: &Site, buffer: &Buffer<'_>, path: &[Json]) -> Result<Json, String> {
    let form = Json::Object(parsed(&json_text(site, buffer, true, false, false)?)?);
    let found = path.iter().try_fold(&form, |place, step| match step {
        Json::String(key) => place.get(key),
        step => place.get(usize::try_from(step.as_u64()?).ok()?),
    });
    found.cloned().ok_or_else(|| format!("nothing is at {}", Json::Array(path.to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_fields_and_header_fields_are_changed() {
        let site = Site::builtin();
        for sample in [zems::samples::BKUP_FAIL, zems::samples::EVENT, zems::samples::PID_FILE_LOCK] {
            let buffer = Buffer::parse(sample).unwrap();
            let form: Json =
                serde_json::from_str(&json_text(&site, &buffer, false, false, false).unwrap()).unwrap();
            for (at, token) in form["tokens"].as_array().unwrap().iter().enumerate() {
                if let Some(value) = token.get("value") {
                    let path = [json!("tokens"), json!(at), json!("value")];
                    assert_eq!(edited(&site, &buffer, &path, value.clone()).unwrap(), sample, "{token}");
                }
            }
            let same = edited(&site, &buffer, &[json!("number")], form["number"].clone());
            // This one has a maximum field version, which the form does not say.
            if sample == zems::samples::EVENT {
                assert!(same.is_err());
            } else {
                assert_eq!(same.unwrap(), sample);
            }
        }
        let buffer = Buffer::parse(zems::samples::BKUP_FAIL).unwrap();
        let path = |at: usize| [json!("tokens"), json!(at), json!("value")];
        let form: Json =
            serde_json::from_str(&json_text(&site, &buffer, false, false, false).unwrap()).unwrap();
        let tokens = form["tokens"].as_array().unwrap();
        let cpu = tokens.iter().position(|token| token["name"] == "ZRPC-TKN-CPU").unwrap();
        let changed = edited(&site, &buffer, &path(cpu), json!(5)).unwrap();
        let differs: Vec<_> =
            changed.iter().zip(zems::samples::BKUP_FAIL).filter(|(new, old)| new != old).collect();
        assert_eq!(differs, [(&5, &3)]);
        let error = edited(&site, &buffer, &path(cpu), json!(70_000)).unwrap_err();
        assert!(error.contains("ZRPC-TKN-CPU") && error.contains("65535"), "{error}");
        assert!(edited(&site, &buffer, &path(99), json!(1)).unwrap_err().contains("99"));
        assert!(edited(&site, &buffer, &[], json!(1)).is_err());
        let changed = edited(&site, &buffer, &[json!("number")], json!(9)).unwrap();
        assert_eq!(site.parse(&changed).unwrap().number(), Some(9));
    }
}
