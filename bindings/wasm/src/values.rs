//! Values of JavaScript and JSON.
//!
//! A number of JavaScript is exact to 53 bits: whole numbers beyond become `bigint`, so that none is changed on the way.

use js_sys::{Array, BigInt, JSON, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde_json::Value as Json;
use wasm_bindgen::prelude::{JsCast, JsError, JsValue};

/// The largest whole number that JavaScript has as an exact `number`.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// Objects in objects of JavaScript at most; one that holds itself has no end.
const MAX_NESTING: usize = 256;

/// The error that JavaScript catches.
pub(crate) fn wrong(error: impl ToString) -> JsError {
    JsError::new(&error.to_string())
}

/// A value as an object of JavaScript.
pub(crate) fn object(value: &impl Serialize) -> Result<JsValue, JsError> {
    parse(&serde_json::to_string(value).map_err(wrong)?)
}

/// JSON text as an object of JavaScript.
pub(crate) fn parse(text: &str) -> Result<JsValue, JsError> {
    if has_long_number(text) {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.disable_recursion_limit();
        let value: Json = serde::Deserialize::deserialize(&mut deserializer).map_err(wrong)?;
        return Ok(to_js(&value));
    }
    JSON::parse(text).map_err(|_| JsError::new("JavaScript does not read this JSON"))
}

/// Whether a run of digits outside of texts may be more than a `number` holds.
fn has_long_number(text: &str) -> bool {
    const DIGITS: usize = 16;
    let (mut in_text, mut is_escaped, mut digits) = (false, false, 0);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'0'..=b'9' if !in_text => {
                digits += 1;
                if digits == DIGITS {
                    return true;
                }
                continue;
            }
            _ => {}
        }
        digits = 0;
    }
    false
}

/// The depth of what zems writes bounds the recursion.
fn to_js(value: &Json) -> JsValue {
    match value {
        Json::Null => JsValue::NULL,
        Json::Bool(value) => JsValue::from_bool(*value),
        Json::String(text) => JsValue::from_str(text),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) if whole.unsigned_abs() > MAX_SAFE => BigInt::from(whole).into(),
            (None, Some(whole)) => BigInt::from(whole).into(),
            _ => JsValue::from_f64(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::Array(values) => values.iter().map(to_js).collect::<Array>().into(),
        Json::Object(entries) => {
            let object = Object::new();
            for (key, value) in entries {
                // A new plain object takes any key.
                let _ = Reflect::set(&object, &JsValue::from_str(key), &to_js(value));
            }
            object.into()
        }
    }
}

/// A value of JavaScript as JSON.
pub(crate) fn from_js(value: &JsValue) -> Result<Json, JsError> {
    json(value, 0)
}

fn json(value: &JsValue, depth: usize) -> Result<Json, JsError> {
    if depth > MAX_NESTING {
        return Err(JsError::new("objects are nested too deeply, or one holds itself"));
    }
    if value.is_null() || value.is_undefined() {
        return Ok(Json::Null);
    }
    if let Some(value) = value.as_bool() {
        return Ok(Json::Bool(value));
    }
    if let Some(text) = value.as_string() {
        return Ok(Json::String(text));
    }
    if let Some(number) = value.as_f64() {
        return whole(number).map_or_else(
            || {
                let number = serde_json::Number::from_f64(number);
                number.map(Json::Number).ok_or_else(|| JsError::new("a number is not finite"))
            },
            |whole| Ok(whole.into()),
        );
    }
    if let Some(number) = value.dyn_ref::<BigInt>() {
        let text = number.to_string(10).map_err(|_| JsError::new("a bigint has no text"))?;
        let text = String::from(text);
        return serde_json::from_str::<serde_json::Number>(&text).map(Json::Number).map_err(wrong);
    }
    if let Some(array) = value.dyn_ref::<Array>() {
        return array.iter().map(|value| json(&value, depth + 1)).collect::<Result<_, _>>().map(Json::Array);
    }
    let Some(object) = value.dyn_ref::<Object>().filter(|_| !value.is_function()) else {
        return Err(JsError::new("a value is not one of JSON"));
    };
    let mut entries = serde_json::Map::new();
    for entry in Object::entries(object).iter() {
        let entry: Array = entry.unchecked_into();
        let (key, value) = (entry.get(0), entry.get(1));
        if !value.is_undefined() {
            entries.insert(key.as_string().unwrap_or_default(), json(&value, depth + 1)?);
        }
    }
    Ok(Json::Object(entries))
}

/// A `number` that is whole and exact.
fn whole(number: f64) -> Option<i64> {
    let text = format!("{number}");
    let whole = text.parse::<i64>().ok()?;
    (whole.unsigned_abs() <= MAX_SAFE).then_some(whole)
}

/// Bytes: those of an `Uint8Array` or `ArrayBuffer`, or a text in UTF-8.
pub(crate) fn bytes(value: &JsValue) -> Result<Vec<u8>, JsError> {
    if let Some(text) = value.as_string() {
        return Ok(text.into_bytes());
    }
    if let Some(array) = value.dyn_ref::<Uint8Array>() {
        return Ok(array.to_vec());
    }
    match value.dyn_ref::<js_sys::ArrayBuffer>() {
        Some(buffer) => Ok(Uint8Array::new(buffer).to_vec()),
        None => Err(JsError::new("expected a Uint8Array, an ArrayBuffer or a string")),
    }
}

/// A property of an object of options; `None` if it is missing.
pub(crate) fn option(options: &JsValue, key: &str) -> Option<JsValue> {
    if !options.is_object() {
        return None;
    }
    let value = Reflect::get(options, &JsValue::from_str(key)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Refuses an option that means nothing: what it was to say would be lost.
pub(crate) fn check_options(options: &JsValue, known: &[&str]) -> Result<(), JsError> {
    if options.is_undefined() || options.is_null() {
        return Ok(());
    }
    let Some(object) = options.dyn_ref::<Object>() else { return Err(JsError::new("options are an object")) };
    for key in Object::keys(object).iter() {
        let key = key.as_string().unwrap_or_default();
        if !known.contains(&key.as_str()) {
            let known = known.join(", ");
            return Err(wrong(format!("\"{key}\" is not an option here; the options are {known}")));
        }
    }
    Ok(())
}

/// A Boolean option.
pub(crate) fn flag(options: &JsValue, key: &str, otherwise: bool) -> Result<bool, JsError> {
    match option(options, key) {
        None => Ok(otherwise),
        Some(value) => {
            value.as_bool().ok_or_else(|| wrong(format!("option \"{key}\": expected true or false")))
        }
    }
}

/// A text option.
pub(crate) fn text(options: &JsValue, key: &str) -> Result<Option<String>, JsError> {
    option(options, key)
        .map(|value| value.as_string().ok_or_else(|| wrong(format!("option \"{key}\": expected a string"))))
        .transpose()
}
