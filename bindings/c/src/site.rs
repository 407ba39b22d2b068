//! Definitions, and the site that they make.

use core::ffi::c_char;
use std::path::PathBuf;
use std::sync::OnceLock;

use zems::site::{Site, SiteBuilder};
use zems::sources::{Compiled, Inputs, SourceInput};
use zems_io::{Definitions, LoadedDefinitions};

use crate::border::{
    ZemsSsid, answer, bytes, call, exclusive, free, hand_out, optional_text, put, put_if, shared, string,
    take, text, text_of,
};
use crate::error::{ZemsCode, ZemsError};

/// Definition sources, collected to load a site.
#[derive(Debug)]
pub struct ZemsDefinitions {
    definitions: Definitions,
    nodes: Vec<(i32, String)>,
    severities: Vec<String>,
}

/// Definitions, templates, node names and severity rules, used to read events. It never changes.
#[derive(Debug)]
pub struct ZemsSite {
    pub(crate) site: Site,
    /// The sources, unless only the shipped ones are used.
    inputs: Option<Inputs>,
    compiled: OnceLock<Vec<u8>>,
}

/// Creates an empty collection of definitions. `shipped` includes the shipped ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_new(shipped: bool) -> *mut ZemsDefinitions {
    let definitions = Definitions { no_builtin: !shipped, ..Definitions::default() };
    let new = ZemsDefinitions { definitions, nodes: Vec::new(), severities: Vec::new() };
    Box::into_raw(Box::new(new))
}

/// Frees collected definitions. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_free(definitions: *mut ZemsDefinitions) {
    free(definitions);
}

/// Adds a file, or a directory of files: DDL sources, templates, C headers, event metadata or compiled definitions. Of two
/// definitions of a name the later counts. The file is read by `zems_definitions_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_add_file(
    definitions: *mut ZemsDefinitions,
    path: *const c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        exclusive(definitions, "definitions")?.definitions.define.push(PathBuf::from(text(path, "path")?));
        Ok(ZemsCode::Ok)
    })
}

/// Adds a directory to search for files that `?SOURCE` lines name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_add_include(
    definitions: *mut ZemsDefinitions,
    path: *const c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        exclusive(definitions, "definitions")?.definitions.include.push(PathBuf::from(text(path, "path")?));
        Ok(ZemsCode::Ok)
    })
}

/// Adds a source in memory, after all files. Messages show it as `name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_add_text(
    definitions: *mut ZemsDefinitions,
    name: *const c_char,
    source: *const c_char,
    length: usize,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let definitions = exclusive(definitions, "definitions")?;
        let (name, source) = (text(name, "name")?, text_of(source, length, "source")?);
        definitions.definitions.texts.push(SourceInput { name: name.to_owned(), text: source.to_owned() });
        Ok(ZemsCode::Ok)
    })
}

/// Sets the name of a node number, for `\NODE` in sentences.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_add_node(
    definitions: *mut ZemsDefinitions,
    number: i32,
    name: *const c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let definitions = exclusive(definitions, "definitions")?;
        definitions.nodes.push((number, text(name, "name")?.trim_start_matches('\\').to_owned()));
        Ok(ZemsCode::Ok)
    })
}

/// Adds a severity rule such as `emphasis=critical` or `ZEMS-VAL-ATTN-NEEDED=alert`. `zems_definitions_load` refuses one that
/// is not valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_add_severity(
    definitions: *mut ZemsDefinitions,
    rule: *const c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let definitions = exclusive(definitions, "definitions")?;
        definitions.severities.push(text(rule, "rule")?.to_owned());
        Ok(ZemsCode::Ok)
    })
}

/// Loads everything that was added, and frees `definitions`, whether it succeeds or not. `left_out` gets a text with a line
/// for each file of a directory that is not a definition, or NULL; it may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_definitions_load(
    definitions: *mut ZemsDefinitions,
    site: *mut *mut ZemsSite,
    left_out: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let ZemsDefinitions { definitions, nodes, severities } = take(definitions, "definitions")?;
        put_if(left_out, core::ptr::null_mut());
        put(site, core::ptr::null_mut(), "site")?;
        let mut lines = Vec::new();
        let (mut builder, inputs) = if definitions.is_builtin() {
            (Site::builder(), None)
        } else {
            let loaded = definitions.load(&mut |line| lines.push(line.to_owned()));
            builder_of(loaded.map_err(|error| ZemsError::new(ZemsCode::Definitions, error))?)
        };
        for (number, name) in nodes {
            builder = builder.node(number, name);
        }
        for rule in severities {
            builder = builder.severity(&rule).map_err(|error| ZemsError::new(ZemsCode::Argument, error))?;
        }
        hand_out(site, ZemsSite::new(builder, inputs), "site")?;
        if !lines.is_empty() {
            put_if(left_out, string(lines.join("\n")));
        }
        Ok(ZemsCode::Ok)
    })
}

fn builder_of(loaded: LoadedDefinitions) -> (SiteBuilder, Option<Inputs>) {
    let mut builder = Site::builder();
    for (number, name) in loaded.dictionary.nodes() {
        builder = builder.node(*number, name.trim_start_matches('\\'));
    }
    (builder.definitions(loaded.dictionary, loaded.templates), Some(loaded.inputs))
}

impl ZemsSite {
    fn new(builder: SiteBuilder, inputs: Option<Inputs>) -> Self {
        Self { site: builder.build(), inputs, compiled: OnceLock::new() }
    }
}

/// The site of the shipped definitions.
#[unsafe(no_mangle)]
pub extern "C" fn zems_site_shipped() -> *mut ZemsSite {
    answer(core::ptr::null_mut(), || Box::into_raw(Box::new(ZemsSite::new(Site::builder(), None))))
}

/// The site of compiled definitions in memory: the content of a file that `zems compile` or `zems_site_compiled` made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_site_from_compiled(
    data: *const u8,
    length: usize,
    site: *mut *mut ZemsSite,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let loaded = Definitions::compiled(bytes(data, length, "data")?);
        let loaded = loaded.map_err(|error| ZemsError::new(ZemsCode::Definitions, error))?;
        let (builder, inputs) = builder_of(loaded);
        hand_out(site, ZemsSite::new(builder, inputs), "site")
    })
}

/// The definitions of a site in the compiled form, which is loaded without reading sources. The bytes belong to the site.
/// `ZEMS_CODE_MISSING` for a site that has the shipped definitions only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_site_compiled(
    site: *const ZemsSite,
    data: *mut *const u8,
    length: *mut usize,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let site = shared(site, "site")?;
        let Some(inputs) = &site.inputs else {
            return Err(ZemsError::new(ZemsCode::Missing, "the site has the shipped definitions only"));
        };
        let compiled = site
            .compiled
            .get_or_init(|| Compiled::to_bytes(site.site.dictionary(), site.site.templates(), inputs));
        put(data, compiled.as_ptr(), "data")?;
        put(length, compiled.len(), "length")?;
        Ok(ZemsCode::Ok)
    })
}

/// Frees a site. Events, filters and builders made with it stay valid. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_site_free(site: *mut ZemsSite) {
    free(site);
}

/// The token of this name: its code as it is stored, and the subsystem it belongs to (12 zero bytes if its definition has
/// none). `is_provisional` says that the number is not a published one; it may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_site_token(
    site: *const ZemsSite,
    name: *const c_char,
    code: *mut u32,
    ssid: *mut ZemsSsid,
    is_provisional: *mut bool,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (site, name) = (&shared(site, "site")?.site, text(name, "name")?);
        let def = token_named(site, name)?;
        put(code, def.stored_code().into(), "code")?;
        put(ssid, def.owner_ssid().unwrap_or_default().into(), "ssid")?;
        put_if(is_provisional, def.is_provisional());
        Ok(ZemsCode::Ok)
    })
}

pub(crate) fn token_named<'s>(
    site: &'s Site,
    name: &str,
) -> Result<zems::dictionary::TokenDef<'s>, ZemsError> {
    site.dictionary().token_named(name).ok_or_else(|| {
        ZemsError::new(ZemsCode::Missing, format_args!("no definition has a token of the name {name:?}"))
    })
}

/// The value of a numeric constant, such as an event number or a value of an enumeration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_site_constant(
    site: *const ZemsSite,
    name: *const c_char,
    value: *mut i64,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (site, name) = (&shared(site, "site")?.site, text(name, "name")?);
        let constant = site.dictionary().constant(name).ok_or_else(|| {
            ZemsError::new(
                ZemsCode::Missing,
                format_args!("no definition has a constant of the name {name:?}"),
            )
        })?;
        let zems::dictionary::ConstantValue::Number(number) = constant.value() else {
            return Err(ZemsError::new(
                ZemsCode::Missing,
                format_args!("the constant {name} is not a number"),
            ));
        };
        let number = i64::try_from(number).map_err(|_| {
            ZemsError::new(ZemsCode::Missing, format_args!("the constant {name} has more than 64 bits"))
        })?;
        put(value, number, "value")?;
        Ok(ZemsCode::Ok)
    })
}

/// Reads a subsystem ID such as `TANDEM.EMS.D20` or `ACME.7.A01`. With `site` NULL it knows the names that are shipped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_ssid_parse(
    site: *const ZemsSite,
    ssid: *const c_char,
    result: *mut ZemsSsid,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let external = text(ssid, "ssid")?;
        // SAFETY: the caller gives NULL or a site that lives.
        let site = unsafe { site.as_ref() };
        let dictionary =
            site.map_or_else(zems::dictionary::Dictionary::builtin, |site| site.site.dictionary());
        let parsed = dictionary.parse_ssid(external).map_err(|error| {
            ZemsError::new(ZemsCode::Argument, format_args!("subsystem ID {external:?}: {error}"))
        })?;
        put(result, parsed.into(), "result")?;
        Ok(ZemsCode::Ok)
    })
}

/// The external form of a subsystem ID, with the name of the subsystem if `site`, which may be NULL, knows it. Free it with
/// `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_ssid_text(site: *const ZemsSite, ssid: *const ZemsSsid) -> *mut c_char {
    answer(core::ptr::null_mut(), || {
        let ssid = crate::border::ssid(ssid);
        // SAFETY: the caller gives NULL or a site that lives.
        let site = unsafe { site.as_ref() };
        string(site.map_or_else(|| ssid.to_string(), |site| site.site.ssid(ssid).to_string()))
    })
}

/// Lists the definitions whose names match `pattern`, one JSON object a line, as `zems catalog --format json` does (`*`, `?`,
/// any case; NULL for all). Free it with `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_site_catalog(
    site: *const ZemsSite,
    pattern: *const c_char,
    lines: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        use zems::dictionary::catalogue::{Catalogue, Pattern};
        let site = &shared(site, "site")?.site;
        let pattern = Pattern::new(optional_text(pattern, "pattern")?.unwrap_or("*"));
        let mut json = String::new();
        let catalogue = Catalogue::new(site.dictionary(), pattern, site);
        catalogue.write_json(&mut json).map_err(|error| ZemsError::new(ZemsCode::Internal, error))?;
        put(lines, string(json), "lines")?;
        Ok(ZemsCode::Ok)
    })
}
