//! `Site`: definitions, templates, nodes, offset and severities, and all that is asked of one buffer.

use js_sys::{Array, Object, Reflect};
use serde_json::Value as Json;
use wasm_bindgen::prelude::{JsCast, JsError, JsValue, wasm_bindgen};
use zems::describe::{Described, Record};
use zems::formats::json::Reader;
use zems::formats::{self, Options};
use zems::site::Site as Known;
use zems::spi::Timestamp;
use zems::spi::read::{Buffer, Decoder};
use zems_io::{Definitions, SourceBytes};

use crate::details::{Details, json_text};
use crate::edit;
use crate::entries::{Entries, now};
use crate::explain::Filter;
use crate::log::form;
use crate::values::{bytes, check_options, flag, from_js, object, option, parse, text, wrong};

/// A site: definitions, templates, names of nodes, an offset from GMT, severities.
///
/// `new Site()` has the shipped definitions.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Site {
    known: Known,
}

impl Site {
    pub(crate) const fn known(&self) -> &Known {
        &self.known
    }

    fn buffer<'b>(&'b self, bytes: &'b [u8]) -> Result<Buffer<'b>, JsError> {
        Decoder::new(self.known.profile()).parse(bytes).map_err(wrong)
    }
}

#[wasm_bindgen]
impl Site {
    /// A site with the shipped definitions, and those of the options: DDL sources, templates, C headers, event metadata or compiled
    /// definitions, the later winning.
    ///
    /// # Errors
    /// An option is not known, or a source has errors: the message shows all of them, with their lines.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "SiteOptions")] options: JsValue,
    ) -> Result<Self, JsError> {
        check_options(
            &options,
            &["definitions", "builtin", "nodes", "utcOffset", "severity", "names", "provisional"],
        )?;
        let mut builder = Known::builder();
        let sources = sources(&options)?;
        let has_builtin = flag(&options, "builtin", true)?;
        if !sources.is_empty() || !has_builtin {
            let definitions = Definitions { no_builtin: !has_builtin, ..Definitions::default() };
            let loaded =
                definitions.compile_bytes(&sources).map_err(|error| wrong(error.to_string().trim_end()))?;
            builder = builder.definitions(loaded.dictionary, loaded.templates);
        }
        if let Some(nodes) = option(&options, "nodes") {
            let Some(nodes) = nodes.dyn_ref::<Object>() else {
                return Err(wrong("option \"nodes\": expected an object of names and numbers"));
            };
            for entry in Object::entries(nodes).iter() {
                let entry: Array = entry.unchecked_into();
                let name = entry.get(0).as_string().unwrap_or_default();
                let number = whole(&entry.get(1)).and_then(|number| i32::try_from(number).ok());
                let number =
                    number.ok_or_else(|| wrong(format!("option \"nodes\": {name} needs a whole number")))?;
                builder = builder.node(number, name.trim_start_matches('\\'));
            }
        }
        if let Some(minutes) = option(&options, "utcOffset") {
            let seconds = whole(&minutes).filter(|minutes| minutes.abs() < 24 * 60);
            let seconds = seconds.and_then(|minutes| i32::try_from(minutes * 60).ok());
            let seconds =
                seconds.ok_or_else(|| wrong("option \"utcOffset\": expected minutes east of GMT"))?;
            builder = builder.zone(move |_: Timestamp| seconds);
        }
        if let Some(rules) = option(&options, "severity") {
            let Some(rules) = rules.dyn_ref::<Array>() else {
                return Err(wrong("option \"severity\": expected an array of RULE=SEVERITY"));
            };
            for rule in rules.iter() {
                builder = builder.severity(&rule.as_string().unwrap_or_default()).map_err(wrong)?;
            }
        }
        if !flag(&options, "names", true)? {
            builder = builder.without_names();
        }
        if !flag(&options, "provisional", true)? {
            builder = builder.without_provisional();
        }
        Ok(Self { known: builder.build() })
    }

    /// The buffers of an input of any form, each as an object of the JSON form; a region that is not a buffer has an object of kind
    /// `error` in its place. Whole numbers beyond 2^53 are `bigint`.
    ///
    /// # Errors
    /// The input is of a form that is not read, or packed and damaged; an option is not known.
    #[wasm_bindgen(unchecked_return_type = "Decoded[]")]
    pub fn decode(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Input")] input: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DecodeOptions")] options: JsValue,
    ) -> Result<JsValue, JsError> {
        let lines = self.decode_json(input, options)?;
        let array = Array::new();
        for line in lines.lines() {
            array.push(&parse(line)?);
        }
        Ok(array.into())
    }

    /// The same as JSON Lines, with exact numbers.
    ///
    /// # Errors
    /// Those of `decode`.
    #[wasm_bindgen(js_name = decodeJson)]
    pub fn decode_json(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Input")] input: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DecodeOptions")] options: JsValue,
    ) -> Result<String, JsError> {
        check_options(&options, &["from", "raw", "advice"])?;
        let (raw, advice) = (flag(&options, "raw", false)?, flag(&options, "advice", false)?);
        let mut json = formats::named("json")
            .ok_or_else(|| wrong("the JSON form is missing"))?
            .make(&self.known, &Options { raw, advice, ..Options::default() })
            .map_err(wrong)?;
        let mut out = Vec::new();
        self.each(&input, &options, &mut |found| match found {
            Found::Buffer(buffer) => {
                json.record(&mut out, &Record::new(Described::new(&self.known, buffer))).map_err(wrong)
            }
            Found::Fault(fault) => {
                json.fault(&mut out, fault);
                Ok(())
            }
        })?;
        json.end(&mut out);
        String::from_utf8(out).map_err(wrong)
    }

    /// The text of one line for each event of an input, with its time, process and subsystem. A region that is not a buffer has a
    /// line that says why.
    ///
    /// # Errors
    /// Those of `decode`.
    pub fn text(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Input")] input: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "InputOptions")] options: JsValue,
    ) -> Result<String, JsError> {
        check_options(&options, &["from"])?;
        self.formatted("text", &input, &options)
    }

    /// Offset, bytes and meaning of every byte of an input, as `zems dump` prints it.
    ///
    /// # Errors
    /// Those of `decode`.
    pub fn dump(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Input")] input: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "InputOptions")] options: JsValue,
    ) -> Result<String, JsError> {
        check_options(&options, &["from"])?;
        self.formatted("dump", &input, &options)
    }

    /// The buffers that objects of the JSON form stand for, back to back: an object, an array of them, or JSON Lines as text.
    ///
    /// # Errors
    /// An object is not of the form, or a value does not fit: the message names the token and the limit. Nothing is encoded then.
    pub fn encode(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Encodable | Encodable[] | string")] objects: JsValue,
    ) -> Result<Vec<u8>, JsError> {
        let reader = Reader::new(self.known.dictionary());
        let mut out = Vec::new();
        if let Some(lines) = objects.as_string() {
            let mut entries = Entries::new(crate::entries::InputForm::Json);
            entries.push_text(&lines);
            let mut found = Vec::new();
            entries.step(usize::MAX, self.known.profile(), &reader, &mut found).map_err(wrong)?;
            return match found.into_iter().find_map(|entry| entry.fault) {
                Some(fault) => Err(wrong(fault)),
                None => Ok(entries.bytes().to_vec()),
            };
        }
        let objects = match from_js(&objects)? {
            Json::Array(objects) => objects,
            object => vec![object],
        };
        for (at, object) in objects.iter().enumerate() {
            let bytes = reader.read(&object.to_string(), now());
            let bytes = bytes.map_err(|error| wrong(format!("object {at}: {error}")))?;
            out.extend(bytes.unwrap_or_default());
        }
        Ok(out)
    }

    /// The sentence of the event that fills `buffer`.
    ///
    /// # Errors
    /// The bytes are not an event.
    pub fn sentence(&self, buffer: &[u8]) -> Result<String, JsError> {
        let event = self.known.parse(buffer).map_err(wrong)?;
        Ok(self.known.sentence(&event).to_string())
    }

    /// The details that the definitions give for the event that fills `buffer`, beside its sentence.
    ///
    /// # Errors
    /// The bytes are not an event.
    #[wasm_bindgen(unchecked_return_type = "Advice")]
    pub fn advice(&self, buffer: &[u8]) -> Result<JsValue, JsError> {
        let event = self.known.parse(buffer).map_err(wrong)?;
        let advice = Object::new();
        for (heading, text) in self.known.advice(&event).texts() {
            // A new plain object takes any key.
            let _ = Reflect::set(&advice, &heading.to_lowercase().into(), &text.into());
        }
        Ok(advice.into())
    }

    /// Everything about the buffer that fills `buffer`: the tree of its tokens, what every byte means, its sentence and advice.
    ///
    /// # Errors
    /// The bytes are not a buffer.
    #[wasm_bindgen(unchecked_return_type = "Details")]
    pub fn describe(&self, buffer: &[u8]) -> Result<JsValue, JsError> {
        object(&Details::new(&self.known, &self.buffer(buffer)?))
    }

    /// The JSON form of the buffer that fills `buffer`, indented.
    ///
    /// # Errors
    /// The bytes are not a buffer.
    pub fn json(&self, buffer: &[u8]) -> Result<String, JsError> {
        json_text(&self.known, &self.buffer(buffer)?, false, true, true).map_err(wrong)
    }

    /// The buffer with another value at a place of its JSON form, such as `["tokens", 2, "value"]` or `["emphasis"]`. Every byte that
    /// does not say the value stays.
    ///
    /// # Errors
    /// There is no such place, the value does not fit, or bytes would be lost.
    pub fn edit(
        &self,
        buffer: &[u8],
        #[wasm_bindgen(unchecked_param_type = "(string | number)[]")] path: JsValue,
        #[wasm_bindgen(unchecked_param_type = "unknown")] value: JsValue,
    ) -> Result<Vec<u8>, JsError> {
        edit::edited(&self.known, &self.buffer(buffer)?, &steps(&path)?, from_js(&value)?).map_err(wrong)
    }

    /// The same with a value as people type it: a number, a text, the name of a value, a time, or JSON.
    ///
    /// # Errors
    /// Those of `edit`.
    #[wasm_bindgen(js_name = editText)]
    pub fn edit_text(
        &self,
        buffer: &[u8],
        #[wasm_bindgen(unchecked_param_type = "(string | number)[]")] path: JsValue,
        text: &str,
    ) -> Result<Vec<u8>, JsError> {
        let (buffer, steps) = (self.buffer(buffer)?, steps(&path)?);
        let old = edit::at(&self.known, &buffer, &steps).map_err(wrong)?;
        edit::edited(&self.known, &buffer, &steps, edit::typed(&old, text)).map_err(wrong)
    }

    /// The value at a place of the JSON form of a buffer, as people would type it.
    ///
    /// # Errors
    /// There is no such place.
    #[wasm_bindgen(js_name = valueText)]
    pub fn value_text(
        &self,
        buffer: &[u8],
        #[wasm_bindgen(unchecked_param_type = "(string | number)[]")] path: JsValue,
    ) -> Result<String, JsError> {
        let value = edit::at(&self.known, &self.buffer(buffer)?, &steps(&path)?).map_err(wrong)?;
        Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// Compiles a filter: EMS filter source, filter table or burst filter. A burst filter counts within one call of `Log.select`.
    /// Options: `name` for messages; `parameters`, each `NAME=VALUE`.
    ///
    /// # Errors
    /// The source has errors: the message shows all of them, with their lines.
    pub fn filter(
        &self,
        source: String,
        #[wasm_bindgen(unchecked_optional_param_type = "FilterOptions")] options: JsValue,
    ) -> Result<Filter, JsError> {
        check_options(&options, &["name", "parameters"])?;
        let name = text(&options, "name")?.unwrap_or_else(|| "filter".to_owned());
        let parameters = option(&options, "parameters").map(|array| from_js(&array)).transpose()?;
        let parameters: Vec<String> =
            parameters.map_or(Ok(Vec::new()), serde_json::from_value).map_err(wrong)?;
        Filter::of_source(&self.known, &name, source, &parameters)
    }

    /// Compiles a condition of the filter language.
    ///
    /// # Errors
    /// The condition has errors: the message shows all of them.
    pub fn condition(&self, condition: String) -> Result<Filter, JsError> {
        Filter::of_condition(&self.known, condition)
    }
}

/// A part of an input.
enum Found<'f> {
    Buffer(&'f Buffer<'f>),
    Fault(&'f formats::Fault<'f>),
}

impl Site {
    fn each(
        &self,
        input: &JsValue,
        options: &JsValue,
        found: &mut dyn FnMut(Found<'_>) -> Result<(), JsError>,
    ) -> Result<(), JsError> {
        let (reader, mut pieces) = (Reader::new(self.known.dictionary()), Vec::new());
        let mut entries = Entries::new(form(options)?);
        match input.as_string() {
            Some(text) => entries.push_text(&text),
            None => entries.push(&bytes(input)?),
        }
        while entries.step(usize::MAX, self.known.profile(), &reader, &mut pieces).map_err(wrong)? {}
        for piece in pieces {
            let offset = u64::try_from(piece.start).unwrap_or(0);
            match &piece.fault {
                Some(error) => {
                    let length = u64::try_from(piece.len).unwrap_or(0);
                    found(Found::Fault(&formats::Fault {
                        offset,
                        length,
                        error,
                        source: None,
                        observed: None,
                    }))?;
                }
                None => {
                    let bytes = entries.bytes().get(piece.start..piece.start + piece.len).unwrap_or_default();
                    let decoder = Decoder::new(self.known.profile()).at(offset);
                    found(Found::Buffer(&decoder.parse(bytes).map_err(wrong)?))?;
                }
            }
        }
        Ok(())
    }

    fn formatted(&self, name: &str, input: &JsValue, options: &JsValue) -> Result<String, JsError> {
        let format = formats::named(name).ok_or_else(|| wrong(format!("there is no format {name}")))?;
        let mut format = format.make(&self.known, &Options::default()).map_err(wrong)?;
        let mut out = Vec::new();
        format.begin(&mut out);
        self.each(input, options, &mut |found| match found {
            Found::Buffer(buffer) => {
                format.record(&mut out, &Record::new(Described::new(&self.known, buffer))).map_err(wrong)
            }
            Found::Fault(fault) => {
                let before = out.len();
                format.fault(&mut out, fault);
                if out.len() == before {
                    out.extend_from_slice(
                        format!("{} bytes at {}: {}\n", fault.length, fault.offset, fault.error).as_bytes(),
                    );
                }
                Ok(())
            }
        })?;
        format.end(&mut out);
        String::from_utf8(out).map_err(wrong)
    }
}

fn whole(value: &JsValue) -> Option<i64> {
    from_js(value).ok()?.as_i64()
}

fn steps(path: &JsValue) -> Result<Vec<Json>, JsError> {
    match from_js(path)? {
        Json::Array(steps) => Ok(steps),
        _ => Err(wrong("a path is an array of keys and indexes")),
    }
}

/// The option `definitions`: sources with names.
fn sources(options: &JsValue) -> Result<Vec<SourceBytes>, JsError> {
    let Some(sources) = option(options, "definitions") else { return Ok(Vec::new()) };
    let expected = || wrong("option \"definitions\": expected an array of { name, content }");
    let sources = sources.dyn_ref::<Array>().ok_or_else(expected)?;
    sources
        .iter()
        .map(|source| {
            let name = text(&source, "name")?.ok_or_else(expected)?;
            let bytes = bytes(&option(&source, "content").ok_or_else(expected)?)?;
            Ok(SourceBytes { name, bytes })
        })
        .collect()
}
