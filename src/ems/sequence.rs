use super::MAX_EVENT_LEN;
use super::header::{D_SERIES_END, EventHeader};
use crate::spi::header::{CONTEXT_LEN, USED_LEN_BASE, field};
use crate::spi::write::{Encode, Output, SliceOutput, token_len};
use crate::spi::{Kind, Profile, Ssid, TokenCode, TokenType};

/// Writes one event into a caller's slice, token behind token, as [`EventBuilder`](super::EventBuilder) does but without
/// asking at each token what the whole can tell: the other half of [`Sequence`](crate::spi::read::Sequence).
///
/// A call answers `None` if the writer cannot do it: the header is not in the D-series layout, a value does not fit its
/// code, the slice or the event is full. Then a builder can say why, or do it. What the writer does is the same to the
/// byte. The structures that `zems catalog --format rust` makes use both.
///
/// ```
/// use zems::ems::{Event, EventHeader, SequenceWriter};
/// use zems::spi::{Profile, TokenCode};
///
/// let mut room = [0; 256];
/// let header = EventHeader::new("ACME.7.A01".parse()?, 101);
/// let mut writer = SequenceWriter::new(&header, &Profile::DEFAULT, &mut room).unwrap();
/// writer.mark().unwrap();
/// writer.put(TokenCode::from_bits(0x01FF_000A), "$DISK").unwrap();
/// writer.put(TokenCode::from_bits(0x0202_000B), -2_i16).unwrap();
/// let len = writer.finish().unwrap();
/// assert_eq!(Event::parse(&room[..len])?.number(), Some(101));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SequenceWriter<'b, 'p> {
    output: SliceOutput<'b>,
    profile: &'p Profile,
    ssid: Ssid,
    has_context: bool,
    has_subject: bool,
    after_mark: bool,
    last_token: usize,
}

impl<'b, 'p> SequenceWriter<'b, 'p> {
    /// Begins an event.
    #[inline]
    pub fn new(header: &EventHeader<'_>, profile: &'p Profile, room: &'b mut [u8]) -> Option<Self> {
        let layout = header.layout_in(profile).ok()?;
        let limit = usize::from(header.standard.buffer_len.min(MAX_EVENT_LEN)).min(room.len());
        let room = room.get_mut(..limit)?;
        header.encode_d_series(layout, profile.event_header, room.first_chunk_mut()?)?;
        let len = if header.standard.context { D_SERIES_END + CONTEXT_LEN } else { D_SERIES_END };
        let output = SliceOutput::new_behind(room, len);
        Some(Self {
            output,
            profile,
            ssid: header.standard.ssid,
            has_context: header.standard.context,
            has_subject: false,
            after_mark: false,
            last_token: 0,
        })
    }

    /// Puts a subject mark; the next token is the subject.
    #[inline]
    pub fn mark(&mut self) -> Option<()> {
        let mark = self.profile.data_type(Kind::Mark)?;
        let mark = TokenCode::new(mark, 0, self.profile.subject_mark.number);
        if self.after_mark || !self.profile.is_subject_mark(mark) {
            return None;
        }
        self.token(mark, None, ())?;
        self.after_mark = true;
        Some(())
    }

    /// Puts a token of the event's own subsystem.
    #[inline(always)]
    pub fn put(&mut self, code: TokenCode, value: impl Encode) -> Option<()> {
        self.body_token(code, None, value)
    }

    /// Puts a token of this subsystem.
    #[inline(always)]
    pub fn put_of(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Option<()> {
        let is_default = ssid == Ssid::NULL || ssid.is_same_subsystem(self.ssid);
        self.body_token(code, (!is_default).then(|| ssid.without_version()), value)
    }

    #[inline(always)]
    fn body_token(&mut self, code: TokenCode, ssid: Option<Ssid>, value: impl Encode) -> Option<()> {
        if self.profile.is_subject_mark(code) {
            return None;
        }
        self.token(code, ssid, value)?;
        self.has_subject |= self.after_mark;
        self.after_mark = false;
        Some(())
    }

    #[inline(always)]
    fn token(&mut self, code: TokenCode, ssid: Option<Ssid>, value: impl Encode) -> Option<()> {
        let (len, kind) = (value.encoded_len(), self.profile.kind(code.data_type()));
        let fits_length =
            if code.is_variable() { u16::try_from(len).is_ok() } else { len == usize::from(code.length()) };
        if !fits_length
            || !value.fits(kind)
            || code.length() == TokenType::VARIABLE && kind == Kind::List
            || value.is_raw() && len > 0
        {
            return None;
        }
        self.output.pad();
        self.output.reserve(token_len(code, ssid.is_some(), len)).ok()?;
        self.last_token = self.output.len();
        match ssid {
            None if !code.is_variable() => {
                value.encode_behind(code.to_be_bytes(false), &mut self.output);
                return Some(());
            }
            None => self.output.extend(&code.to_be_bytes(false)),
            Some(ssid) => {
                self.output.extend(&code.to_be_bytes(true));
                self.output.extend(ssid.as_bytes());
            }
        }
        if code.is_variable() {
            self.output.extend(&u16::try_from(len).ok()?.to_be_bytes());
        }
        value.encode(&mut self.output);
        Some(())
    }

    /// Completes the event and returns its length.
    #[inline]
    #[must_use]
    pub fn finish(mut self) -> Option<usize> {
        if self.after_mark || !self.has_subject {
            return None;
        }
        let len = self.output.len();
        let used = u16::try_from(len.checked_sub(USED_LEN_BASE)?).ok()?;
        self.output.patch(field::OCCURS.start, used.to_be_bytes());
        if self.has_context {
            let last = u16::try_from(self.last_token).ok()?.to_be_bytes();
            self.output.patch(D_SERIES_END + CONTEXT_LEN - 2, last);
        }
        Some(len)
    }
}
