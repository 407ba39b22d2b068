//! The SPI and EMS procedures under their own names, with their parameters in their own order.
//!
//! A program on the host gives addresses without lengths, and so do these functions: the length of a buffer is the one that it
//! declares, the length of a value follows from its token. Values are copied, so that they may be inside the buffer.

#![allow(non_snake_case)]

use core::ffi::{c_char, c_void};
use core::ptr;
use std::sync::{Arc, PoisonError, RwLock};

use zems::ems::Overrides;
use zems::procedures::{
    AddedToken, Host, Initial, Reporter, Special, Status, TextStatus, TokenId, Vocabulary,
};
use zems::site::Site;
use zems::spi::read::Decoder;
use zems::spi::{DataType, Ssid, Timestamp, TokenCode};

use crate::border::{ZemsSsid, answer, call, optional_text, shared};
use crate::error::{ZemsCode, ZemsError};
use crate::event::{now, site_or_shipped};
use crate::site::ZemsSite;

/// An omitted `index`, `count` or length that is passed by value.
pub const ZEMS_OMITTED: i16 = i16::MIN;
/// An omitted `timestamp` of EMSINIT: the time now.
pub const ZEMS_NOW: i64 = i64::MIN;

/// The process that EMSINIT writes into the header of an event.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ZemsReporter {
    /// The node number.
    pub node: i32,
    /// `\NODE.$NAME:sequence`, at most 33 bytes. NULL for none.
    pub process: *const c_char,
    /// The processor.
    pub cpu: u16,
    /// The number of the process in its processor.
    pub pin: u16,
    /// The group number of the user.
    pub group: u8,
    /// The user number.
    pub user: u8,
    /// The length byte of the header layout, such as 32 for the C series; 0 for the first layout of the definitions.
    pub layout: u8,
}

/// The system that the procedures run on.
struct System {
    site: Site,
    vocabulary: Vocabulary,
    process: Vec<u8>,
    node: i32,
    cpu: u16,
    pin: u16,
    user: (u8, u8),
    layout: Option<u8>,
}

impl System {
    fn new(site: Site) -> Self {
        let dictionary = site.dictionary();
        let vocabulary =
            Vocabulary::from_names(|name| dictionary.token_named(name).map(|token| token.code().number()));
        Self { vocabulary, site, process: Vec::new(), node: 0, cpu: 0, pin: 0, user: (0, 0), layout: None }
    }

    fn host(&self) -> Host<'_> {
        Host {
            profile: self.site.profile(),
            vocabulary: &self.vocabulary,
            reporter: Reporter {
                node: self.node,
                process: &self.process,
                cpu: self.cpu,
                pin: self.pin,
                user: self.user,
            },
            now: Timestamp::UNSET,
            layout: self.layout,
            names: self.site.dictionary(),
        }
    }
}

static SYSTEM: RwLock<Option<Arc<System>>> = RwLock::new(None);

fn system() -> Arc<System> {
    if let Some(system) = &*SYSTEM.read().unwrap_or_else(PoisonError::into_inner) {
        return system.clone();
    }
    let mut place = SYSTEM.write().unwrap_or_else(PoisonError::into_inner);
    place.get_or_insert_with(|| Arc::new(System::new(Site::builtin()))).clone()
}

/// Sets the system that the procedures run on, for all threads: definitions, with the templates whose overrides EMSGET
/// returns, and the process that reports events. NULL for `site` is the shipped definitions, NULL for `reporter` an unnamed
/// process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_procedures_use(
    site: *const ZemsSite,
    reporter: *const ZemsReporter,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let mut system = System::new(site_or_shipped(site));
        if !reporter.is_null() {
            let reporter = shared(reporter, "reporter")?;
            system.process =
                optional_text(reporter.process, "reporter->process")?.unwrap_or_default().as_bytes().to_vec();
            (system.node, system.cpu, system.pin) = (reporter.node, reporter.cpu, reporter.pin);
            system.user = (reporter.group, reporter.user);
            system.layout = Some(reporter.layout).filter(|layout| *layout != 0);
        }
        *SYSTEM.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(system));
        Ok(ZemsCode::Ok)
    })
}

/// The name and meaning of a status: `ZSPI-ERR-MISTKN: token not found`. The text is never freed.
#[unsafe(no_mangle)]
pub extern "C" fn zems_status_text(status: i16) -> *const c_char {
    /// Texts are made once, since they are never freed.
    static TEXTS: std::sync::OnceLock<Vec<std::ffi::CString>> = std::sync::OnceLock::new();
    answer(c"".as_ptr(), || {
        let texts = TEXTS.get_or_init(|| {
            let text =
                |status: &Status| format!("{}: {}", status.name().unwrap_or_default(), status.meaning());
            let texts =
                Status::ALL.iter().map(|status| std::ffi::CString::new(text(status)).unwrap_or_default());
            texts.collect()
        });
        let at = status.checked_neg().and_then(|at| usize::try_from(at).ok());
        let text = at.and_then(|at| texts.get(at));
        text.map_or(c"not a published status".as_ptr(), |text| text.as_ptr())
    })
}

/// Runs one procedure. A panic is ZSPI-ERR-INTERR.
fn run(call: impl FnOnce(&System, &Host<'_>) -> Result<(), Status>) -> i16 {
    answer(Status::INTERR.0, || {
        let system = system();
        match call(&system, &system.host()) {
            Ok(()) => Status::OK.0,
            Err(status) => status.0,
        }
    })
}

// ---- Memory of the caller

/// The first bytes of a buffer: enough for its lengths.
const FRONT: usize = 6;

/// The two bytes at an offset.
fn word(from: *const u8, offset: usize) -> u16 {
    // SAFETY: the caller of the procedure gives memory that reaches to this word.
    let place = unsafe { from.add(offset) };
    // SAFETY: the word is in that memory; it need not be aligned.
    let bytes = unsafe { place.cast::<[u8; 2]>().read_unaligned() };
    u16::from_be_bytes(bytes)
}

/// A buffer of its declared length, or of `most` bytes if that is known.
fn buffer<'a>(data: *mut c_void, most: Option<u16>) -> Result<&'a mut [u8], Status> {
    let data = data.cast::<u8>();
    if data.is_null() {
        return Err(Status::MISPARM);
    }
    // Z-BUFLEN and Z-OCCURS: the declared length, and the bytes after these fields that are in use.
    let (declared, occurs) = (word(data, 2), word(data, 4));
    let used = usize::from(occurs).saturating_add(FRONT).min(usize::from(declared));
    let length = most.map_or(usize::from(declared), |most| usize::from(most).max(used));
    if length < FRONT {
        return Err(Status::INVBUF);
    }
    // SAFETY: the caller owns a buffer of the length that it declares, or that it says when it resets one that it has received.
    Ok(unsafe { core::slice::from_raw_parts_mut(data, length) })
}

/// Memory that becomes a buffer.
fn new_buffer<'a>(data: *mut c_void, length: u16) -> Result<&'a mut [u8], Status> {
    if data.is_null() {
        return Err(Status::MISPARM);
    }
    // SAFETY: the caller owns this many bytes. Every byte pattern is a value of `u8`; a program gives memory that it has set.
    Ok(unsafe { core::slice::from_raw_parts_mut(data.cast(), length.into()) })
}

fn copied(data: *const c_void, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    // SAFETY: the caller gives a value of the length that its token says; the copy is new, so they do not overlap.
    unsafe { ptr::copy_nonoverlapping(data.cast::<u8>(), bytes.as_mut_ptr(), length) };
    bytes
}

/// A required subsystem ID.
fn required_ssid(pointer: *const ZemsSsid) -> Result<Ssid, Status> {
    if pointer.is_null() { Err(Status::MISPARM) } else { Ok(crate::border::ssid(pointer)) }
}

/// An omitted subsystem ID is none.
fn optional_ssid(pointer: *const ZemsSsid) -> Option<Ssid> {
    (!pointer.is_null()).then(|| crate::border::ssid(pointer))
}

fn given(value: i16) -> Option<i16> {
    Some(value).filter(|value| *value != ZEMS_OMITTED)
}

/// The most words of a token map.
const MAX_MAP_WORDS: usize = 1024;

/// A token code, or the words of a token map.
enum Id {
    Code(TokenCode),
    Map(Vec<u16>),
}

impl Id {
    /// Reads a token code of 4 bytes, or as many words as make a map.
    fn read(pointer: *const c_void) -> Result<Self, Status> {
        let data = pointer.cast::<u8>();
        if data.is_null() {
            return Err(Status::MISPARM);
        }
        let code = TokenCode::from_bits(u32::from(word(data, 0)) << 16 | u32::from(word(data, 2)));
        if code.type_code() != zems::spi::TypeCode::MAP {
            return Ok(Self::Code(code));
        }
        let mut words: Vec<u16> = (0..4).map(|at| word(data, 2 * at)).collect();
        let length = usize::from(word(data, 4));
        let mut covered = 0_usize;
        while covered < length && words.len() < MAX_MAP_WORDS {
            let next = word(data, 2 * words.len());
            words.push(next);
            let [run, second] = next.to_be_bytes();
            match (run, second) {
                (0, 1) => words.push(word(data, 2 * words.len())),
                // The map is not valid here, whatever follows.
                (0, _) => break,
                _ => covered += usize::from(run),
            }
        }
        Ok(Self::Map(words))
    }

    fn id(&self) -> TokenId<'_> {
        match self {
            Self::Code(code) => TokenId::Code(*code),
            Self::Map(words) => TokenId::Map(words),
        }
    }

    fn special(&self, system: &System) -> Option<Special> {
        match self {
            Self::Code(code) => system.vocabulary.special(code.number()),
            Self::Map(_) => None,
        }
    }

    /// The bytes of `count` values that are put.
    fn values(&self, system: &System, data: *const c_void, count: usize) -> Option<Vec<u8>> {
        if data.is_null() {
            return None;
        }
        let each = match self {
            Self::Map(words) => words.get(2).copied().map(usize::from),
            Self::Code(code) if !code.is_variable() => Some(usize::from(code.length())),
            Self::Code(code) if system.site.profile().data_type(code.type_code()) == DataType::List => {
                Some(0)
            }
            Self::Code(_) => None,
        };
        let length = match each {
            Some(each) => each.saturating_mul(count),
            // Each value begins with its length word. Several are all of even length; the first that is odd is the last read.
            None => {
                let mut length = 0_usize;
                for _ in 0..count {
                    let value = usize::from(word(data.cast(), length));
                    length += 2 + value;
                    if value % 2 == 1 {
                        break;
                    }
                }
                length
            }
        };
        Some(copied(data, length))
    }
}

// ---- SPI

/// SSINIT: writes the header of a command. `buffer` has `buffer_length` bytes; `header_type` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSINIT(
    buffer: *mut c_void,
    buffer_length: u16,
    ssid: *const ZemsSsid,
    header_type: i16,
    command: i16,
    object_type: i16,
    max_resp: i16,
    server_version: u16,
    checksum: i16,
    max_field_version: u16,
) -> i16 {
    run(|_, host| {
        let ssid = required_ssid(ssid)?;
        let initial = Initial { command, object_type, max_resp, server_version, checksum, max_field_version };
        host.ssinit(new_buffer(buffer, buffer_length)?, buffer_length, &ssid, header_type, &initial)
    })
}

/// SSNULL: fills a structure with the null values of its token map.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSNULL(token_map: *const c_void, structure: *mut c_void) -> i16 {
    run(|_, _| {
        let Id::Map(words) = Id::read(token_map)? else { return Err(Status::ILLTKN) };
        if structure.is_null() {
            return Err(Status::MISPARM);
        }
        let mut filled = vec![0; usize::from(words.get(2).copied().unwrap_or(0))];
        zems::procedures::ssnull(&words, &mut filled)?;
        // SAFETY: the caller gives a structure as long as its map says; the copy is new, so they do not overlap.
        unsafe { ptr::copy_nonoverlapping(filled.as_ptr(), structure.cast(), filled.len()) };
        Ok(())
    })
}

/// SSPUT: adds `count` values of a token at the end of the buffer, or carries out a special operation. `token_id` is the
/// address of a token code or of a token map, most significant byte first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSPUT(
    buffer: *mut c_void,
    token_id: *const c_void,
    token_value: *const c_void,
    count: i16,
    ssid: *const ZemsSsid,
) -> i16 {
    run(|system, host| ssput(system, host, buffer, &Id::read(token_id)?, token_value, count, ssid))
}

/// SSPUTTKN: SSPUT for a token code by value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSPUTTKN(
    buffer: *mut c_void,
    token_code: u32,
    token_value: *const c_void,
    count: i16,
    ssid: *const ZemsSsid,
) -> i16 {
    let id = Id::Code(TokenCode::from_bits(token_code));
    run(|system, host| ssput(system, host, buffer, &id, token_value, count, ssid))
}

fn ssput(
    system: &System,
    host: &Host<'_>,
    data: *mut c_void,
    id: &Id,
    value: *const c_void,
    count: i16,
    ssid: *const ZemsSsid,
) -> Result<(), Status> {
    let special = id.special(system);
    // The count of DELETE is an index.
    let values = if special.is_some() { 1 } else { usize::try_from(given(count).unwrap_or(1)).unwrap_or(0) };
    let value = match special {
        Some(Special::ClearErr | Special::DataFlush | Special::EndList) => None,
        _ => id.values(system, value, values),
    };
    let most = match (special, value.as_deref().and_then(<[u8]>::first_chunk)) {
        (Some(Special::ResetBuffer), Some(most)) => Some(u16::from_be_bytes(*most)),
        _ => None,
    };
    let ssid = optional_ssid(ssid);
    host.ssput(buffer(data, most)?, id.id(), value.as_deref(), given(count), ssid.as_ref())
}

/// SSGET: gets values of a token, or carries out a special operation. `count` has the most values wanted, then their number
/// or the result; it and `ssid` may be NULL. `token_value` has space for what is got.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSGET(
    buffer: *mut c_void,
    token_id: *const c_void,
    token_value: *mut c_void,
    index: i16,
    count: *mut u16,
    ssid: *mut ZemsSsid,
) -> i16 {
    run(|system, host| get(system, host, buffer, &Id::read(token_id)?, token_value, index, count, ssid, None))
}

/// SSGETTKN: SSGET for a token code by value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSGETTKN(
    buffer: *mut c_void,
    token_code: u32,
    token_value: *mut c_void,
    index: i16,
    count: *mut u16,
    ssid: *mut ZemsSsid,
) -> i16 {
    let id = Id::Code(TokenCode::from_bits(token_code));
    run(|system, host| get(system, host, buffer, &id, token_value, index, count, ssid, None))
}

/// SSGET, or with overrides EMSGET.
fn get(
    system: &System,
    host: &Host<'_>,
    data: *mut c_void,
    id: &Id,
    value: *mut c_void,
    index: i16,
    count: *mut u16,
    ssid: *mut ZemsSsid,
    overrides: Option<&Overrides>,
) -> Result<(), Status> {
    let asks_about_token =
        matches!(id.special(system), Some(Special::Addr | Special::Count | Special::Len | Special::Offset));
    // SAFETY: the caller gives NULL, or the address of a number.
    let mut wanted = if count.is_null() { None } else { Some(unsafe { count.read_unaligned() }) };
    let mut qualifier = optional_ssid(ssid);
    // Everything is read before the buffer is borrowed, in which it may be.
    let asked = if asks_about_token && !value.is_null() {
        Some(match Id::read(value)? {
            Id::Code(code) => code.to_be_bytes(false).to_vec(),
            Id::Map(words) => words.iter().flat_map(|word| word.to_be_bytes()).collect(),
        })
    } else {
        None
    };
    let bytes = buffer(data, None)?;
    let mut space = if value.is_null() || asks_about_token {
        asked
    } else {
        let (most, qualifier) = (wanted.unwrap_or(1), qualifier.as_ref());
        let length = match overrides {
            None => host.ssget_len(bytes, id.id(), given(index), most, qualifier),
            Some(overrides) => host.emsget_len(bytes, id.id(), given(index), most, qualifier, overrides),
        };
        // A call that fails fails again below, with its status saved.
        Some(vec![0; length.unwrap_or(0)])
    };
    let (index, result) = (given(index), space.as_deref_mut());
    match overrides {
        None => host.ssget(bytes, id.id(), result, index, wanted.as_mut(), qualifier.as_mut())?,
        Some(overrides) => {
            host.emsget(bytes, id.id(), result, index, wanted.as_mut(), qualifier.as_mut(), overrides)?;
        }
    }
    if let Some(space) = space.filter(|_| !asks_about_token) {
        // SAFETY: the caller gives space for the values it asks for; the copy is new, so they do not overlap.
        unsafe { ptr::copy_nonoverlapping(space.as_ptr(), value.cast(), space.len()) };
    }
    if let Some(wanted) = wanted {
        // SAFETY: the number was read from there.
        unsafe { count.write_unaligned(wanted) };
    }
    if let Some(qualifier) = qualifier {
        // SAFETY: the subsystem ID was read from there.
        unsafe { ssid.write(qualifier.into()) };
    }
    Ok(())
}

/// SSMOVE: copies tokens of one code, or whole lists, from one buffer to another. The buffers are two.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSMOVE(
    token_id: *const c_void,
    source_buffer: *mut c_void,
    source_index: i16,
    dest_buffer: *mut c_void,
    dest_index: i16,
    count: *mut u16,
    ssid: *const ZemsSsid,
) -> i16 {
    run(|_, host| {
        let id = Id::read(token_id)?;
        ssmove(host, &id, source_buffer, source_index, dest_buffer, dest_index, count, ssid)
    })
}

/// SSMOVETKN: SSMOVE for a token code by value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSMOVETKN(
    token_code: u32,
    source_buffer: *mut c_void,
    source_index: i16,
    dest_buffer: *mut c_void,
    dest_index: i16,
    count: *mut u16,
    ssid: *const ZemsSsid,
) -> i16 {
    let id = Id::Code(TokenCode::from_bits(token_code));
    run(|_, host| ssmove(host, &id, source_buffer, source_index, dest_buffer, dest_index, count, ssid))
}

fn ssmove(
    host: &Host<'_>,
    id: &Id,
    source: *mut c_void,
    source_index: i16,
    dest: *mut c_void,
    dest_index: i16,
    count: *mut u16,
    ssid: *const ZemsSsid,
) -> Result<(), Status> {
    // The source is copied: it may overlap the destination, and two slices of the same bytes must not exist.
    let mut source_copy = buffer(source, None)?.to_vec();
    if overlaps(source, source_copy.len(), dest, buffer(dest, None)?.len()) {
        return Err(Status::ILLPARM);
    }
    // SAFETY: the caller gives NULL, or the address of a number.
    let mut wanted = if count.is_null() { None } else { Some(unsafe { count.read_unaligned() }) };
    let ssid = optional_ssid(ssid);
    let result = host.ssmove(
        id.id(),
        &mut source_copy,
        given(source_index),
        buffer(dest, None)?,
        given(dest_index),
        wanted.as_mut(),
        ssid.as_ref(),
    );
    // The pointers of the source, and its last error.
    buffer(source, None)?.copy_from_slice(&source_copy);
    if let Some(wanted) = wanted {
        // SAFETY: the number was read from there.
        unsafe { count.write_unaligned(wanted) };
    }
    result
}

fn overlaps(one: *mut c_void, one_length: usize, other: *mut c_void, other_length: usize) -> bool {
    let (one, other) = (one.addr(), other.addr());
    one < other.saturating_add(other_length) && other < one.saturating_add(one_length)
}

/// SSIDTOTEXT: writes the external form of a subsystem ID to `chars`, at most 24 bytes without a NUL. Returns the number of
/// bytes, 0 after an error; `status`, which may be NULL, gets two words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SSIDTOTEXT(ssid: *const ZemsSsid, chars: *mut c_char, status: *mut i16) -> i16 {
    answer(0, || {
        let system = system();
        let mut text = [0; 24];
        let (length, said) = match optional_ssid(ssid).filter(|_| !chars.is_null()) {
            Some(ssid) => system.host().ssidtotext(&ssid, &mut text),
            None => (0, TextStatus::MISSING),
        };
        put_status(status, said);
        if length > 0 {
            // SAFETY: the caller gives space for the longest text; the source is a new array.
            unsafe { ptr::copy_nonoverlapping(text.as_ptr(), chars.cast(), length) };
        }
        i16::try_from(length).unwrap_or(0)
    })
}

/// TEXTTOSSID: reads the external form of a subsystem ID. Returns the number of bytes read, 0 after an error. A byte that
/// cannot be part of one ends the text; a NUL is such a byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TEXTTOSSID(chars: *const c_char, ssid: *mut ZemsSsid, status: *mut i16) -> i16 {
    answer(0, || {
        let system = system();
        if chars.is_null() || ssid.is_null() {
            put_status(status, TextStatus::MISSING);
            return 0;
        }
        let text = chars.cast::<u8>();
        let mut part = Vec::new();
        // One byte more than any subsystem ID shows that the text is too long.
        while part.len() < 64 {
            // SAFETY: the caller's text ends with a byte that cannot be part of a subsystem ID, and none before was the last.
            let place = unsafe { text.add(part.len()) };
            // SAFETY: the same.
            let byte = unsafe { place.read() };
            if !byte.is_ascii_alphanumeric() && byte != b'.' && byte != b'-' {
                break;
            }
            part.push(byte);
        }
        let (length, read, said) = system.host().texttossid(&part);
        put_status(status, said);
        if length > 0 {
            // SAFETY: the caller gives space for a subsystem ID.
            unsafe { ssid.write(read.into()) };
        }
        i16::try_from(length).unwrap_or(0)
    })
}

fn put_status(status: *mut i16, TextStatus(first, second): TextStatus) {
    if !status.is_null() {
        // SAFETY: the caller gives NULL, or space for two words.
        unsafe { status.cast::<[i16; 2]>().write_unaligned([first, second]) };
    }
}

// ---- EMS

/// EMSINIT: writes the header of an event, the subject mark and the first subject. `subject_length` is the length of a value of
/// variable length, or `ZEMS_OMITTED` if the value begins with its length word. `subject_ssid` may be NULL; `timestamp` is a
/// Julian timestamp, or `ZEMS_NOW`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSINIT(
    buffer: *mut c_void,
    buffer_length: u16,
    generating_ssid: *const ZemsSsid,
    event_number: i16,
    subject_token_code: u32,
    subject_value: *const c_void,
    subject_length: i16,
    subject_ssid: *const ZemsSsid,
    timestamp: i64,
) -> i16 {
    let id = Id::Code(TokenCode::from_bits(subject_token_code));
    run(|system, host| {
        let subject = Given::new(system, &id, subject_value, subject_length)?;
        emsinit(host, buffer, buffer_length, generating_ssid, event_number, &subject, subject_ssid, timestamp)
    })
}

/// EMSINITMAP: EMSINIT whose subject may be a structure named by a token map.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSINITMAP(
    buffer: *mut c_void,
    buffer_length: u16,
    generating_ssid: *const ZemsSsid,
    event_number: i16,
    subject_token_id: *const c_void,
    subject_value: *const c_void,
    subject_length: i16,
    subject_ssid: *const ZemsSsid,
    timestamp: i64,
) -> i16 {
    run(|system, host| {
        let id = Id::read(subject_token_id)?;
        let subject = Given::new(system, &id, subject_value, subject_length)?;
        emsinit(host, buffer, buffer_length, generating_ssid, event_number, &subject, subject_ssid, timestamp)
    })
}

/// A value with its length beside it or in it.
struct Given<'i> {
    id: &'i Id,
    value: Option<Vec<u8>>,
    length: Option<u16>,
}

impl<'i> Given<'i> {
    fn new(system: &System, id: &'i Id, data: *const c_void, length: i16) -> Result<Self, Status> {
        let length =
            given(length).map(|length| u16::try_from(length).map_err(|_| Status::ILLPARM)).transpose()?;
        let is_variable = matches!(id, Id::Code(code) if code.is_variable());
        let value = match length {
            Some(length) if is_variable && !data.is_null() => Some(copied(data, length.into())),
            _ => match id.special(system) {
                Some(Special::ClearErr | Special::DataFlush | Special::EndList) => None,
                _ => id.values(system, data, 1),
            },
        };
        Ok(Self { id, value, length: length.filter(|_| is_variable) })
    }
}

fn emsinit(
    host: &Host<'_>,
    buffer: *mut c_void,
    buffer_length: u16,
    generating_ssid: *const ZemsSsid,
    event_number: i16,
    subject: &Given<'_>,
    subject_ssid: *const ZemsSsid,
    timestamp: i64,
) -> Result<(), Status> {
    let (ssid, subject_ssid) = (required_ssid(generating_ssid)?, optional_ssid(subject_ssid));
    let timestamp = if timestamp == ZEMS_NOW { now() } else { Timestamp(timestamp) };
    host.emsinitmap(
        new_buffer(buffer, buffer_length)?,
        buffer_length,
        &ssid,
        event_number,
        subject.id.id(),
        subject.value.as_deref(),
        subject.length,
        subject_ssid.as_ref(),
        Some(timestamp),
    )
}

/// EMSADDSUBJECT: adds a subject mark and a further subject.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSADDSUBJECT(
    buffer: *mut c_void,
    subject_token_code: u32,
    subject_value: *const c_void,
    subject_length: i16,
    ssid: *const ZemsSsid,
) -> i16 {
    let id = Id::Code(TokenCode::from_bits(subject_token_code));
    run(|system, host| emsaddsubject(system, host, buffer, &id, subject_value, subject_length, ssid))
}

/// EMSADDSUBJECTMAP: EMSADDSUBJECT whose subject may be a structure named by a token map.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSADDSUBJECTMAP(
    buffer: *mut c_void,
    subject_token_id: *const c_void,
    subject_value: *const c_void,
    subject_length: i16,
    ssid: *const ZemsSsid,
) -> i16 {
    run(|system, host| {
        let id = Id::read(subject_token_id)?;
        emsaddsubject(system, host, buffer, &id, subject_value, subject_length, ssid)
    })
}

fn emsaddsubject(
    system: &System,
    host: &Host<'_>,
    data: *mut c_void,
    id: &Id,
    value: *const c_void,
    length: i16,
    ssid: *const ZemsSsid,
) -> Result<(), Status> {
    let (subject, ssid) = (Given::new(system, id, value, length)?, optional_ssid(ssid));
    host.emsaddsubjectmap(
        buffer(data, None)?,
        id.id(),
        subject.value.as_deref(),
        subject.length,
        ssid.as_ref(),
    )
}

/// EMSADDTOKENS: adds one to four tokens, or sets header tokens. A triplet whose token code is 0 is omitted, and so are those
/// after it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSADDTOKENS(
    buffer: *mut c_void,
    ssid: *const ZemsSsid,
    token_code_1: u32,
    data_1: *const c_void,
    length_1: i16,
    token_code_2: u32,
    data_2: *const c_void,
    length_2: i16,
    token_code_3: u32,
    data_3: *const c_void,
    length_3: i16,
    token_code_4: u32,
    data_4: *const c_void,
    length_4: i16,
) -> i16 {
    run(|system, host| {
        let triplets = [
            (token_code_1, data_1, length_1),
            (token_code_2, data_2, length_2),
            (token_code_3, data_3, length_3),
            (token_code_4, data_4, length_4),
        ];
        let triplets = triplets.into_iter().take_while(|(code, ..)| *code != 0);
        let triplets =
            triplets.map(|(code, data, length)| (Id::Code(TokenCode::from_bits(code)), data, length));
        add(system, host, buffer, ssid, &triplets.collect::<Vec<_>>())
    })
}

/// EMSADDTOKENMAPS: EMSADDTOKENS for token codes and token maps. A triplet whose `token_id` is NULL is omitted, and so are those
/// after it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSADDTOKENMAPS(
    buffer: *mut c_void,
    ssid: *const ZemsSsid,
    token_id_1: *const c_void,
    data_1: *const c_void,
    length_1: i16,
    token_id_2: *const c_void,
    data_2: *const c_void,
    length_2: i16,
    token_id_3: *const c_void,
    data_3: *const c_void,
    length_3: i16,
    token_id_4: *const c_void,
    data_4: *const c_void,
    length_4: i16,
) -> i16 {
    run(|system, host| {
        let triplets = [
            (token_id_1, data_1, length_1),
            (token_id_2, data_2, length_2),
            (token_id_3, data_3, length_3),
            (token_id_4, data_4, length_4),
        ];
        let triplets = triplets.into_iter().take_while(|(id, ..)| !id.is_null());
        let triplets = triplets.map(|(id, data, length)| Ok((Id::read(id)?, data, length)));
        add(system, host, buffer, ssid, &triplets.collect::<Result<Vec<_>, Status>>()?)
    })
}

fn add(
    system: &System,
    host: &Host<'_>,
    data: *mut c_void,
    ssid: *const ZemsSsid,
    triplets: &[(Id, *const c_void, i16)],
) -> Result<(), Status> {
    let sized = triplets.iter().map(|(id, data, length)| Given::new(system, id, *data, *length));
    let sized = sized.collect::<Result<Vec<_>, Status>>()?;
    let tokens: Vec<_> = sized
        .iter()
        .map(|sized| AddedToken {
            token_id: sized.id.id(),
            data: sized.value.as_deref(),
            length: sized.length,
        })
        .collect();
    let ssid = optional_ssid(ssid);
    host.emsaddtokenmaps(buffer(data, None)?, ssid.as_ref(), &tokens)
}

/// EMSGET: SSGET for events, with the pseudo tokens of EMS. Header tokens that templates override have the overriding values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSGET(
    buffer: *mut c_void,
    token_id: *const c_void,
    token_value: *mut c_void,
    index: i16,
    count: *mut u16,
    ssid: *mut ZemsSsid,
) -> i16 {
    run(|system, host| emsget(system, host, buffer, &Id::read(token_id)?, token_value, index, count, ssid))
}

/// EMSGETTKN: EMSGET for a token code by value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EMSGETTKN(
    buffer: *mut c_void,
    token_code: u32,
    token_value: *mut c_void,
    index: i16,
    count: *mut u16,
    ssid: *mut ZemsSsid,
) -> i16 {
    let id = Id::Code(TokenCode::from_bits(token_code));
    run(|system, host| emsget(system, host, buffer, &id, token_value, index, count, ssid))
}

fn emsget(
    system: &System,
    host: &Host<'_>,
    data: *mut c_void,
    id: &Id,
    value: *mut c_void,
    index: i16,
    count: *mut u16,
    ssid: *mut ZemsSsid,
) -> Result<(), Status> {
    let mut overrides = Overrides::default();
    if matches!(id.special(system), Some(Special::Header(_))) {
        let bytes = buffer(data, None)?;
        if let Ok((read, _)) = Decoder::new(system.site.profile()).parse_prefix(bytes) {
            overrides = system.site.event(&read).map(|event| event.overrides()).unwrap_or_default();
        }
    }
    get(system, host, data, id, value, index, count, ssid, Some(&overrides))
}
