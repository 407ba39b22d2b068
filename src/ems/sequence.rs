use super::MAX_EVENT_LEN;
use super::header::{D_SERIES_END, EventHeader};
use crate::spi::header::{CONTEXT_LEN, USED_LEN_BASE, field};
use crate::spi::write::{Encode, Output, SliceOutput, token_len};
use crate::spi::{DataType, Profile, Ssid, TokenCode, TokenType};

/// Writes one event into a caller's slice, token after token, as [`EventBuilder`](super::EventBuilder) does but without
/// asking at each token what the whole can tell: the other half of [`Sequence`](crate::spi::read::Sequence).
///
/// A call answers `None` if the writer cannot do it: the header is not in the D-series layout, a value does not fit its
/// code, the slice or the event is full. Then a builder can say why, or do it. The output of the writer is the same to the
/// byte. The structures that `zems catalog --format rust` makes use both.
///
/// ```
/// use zems::ems::{Event, EventHeader, SequenceWriter};
/// use zems::spi::{Profile, TokenCode};
///
/// let mut space = [0; 256];
/// let header = EventHeader::new("ACME.7.A01".parse()?, 101);
/// let mut writer = SequenceWriter::new(&header, &Profile::DEFAULT, &mut space).unwrap();
/// writer.mark().unwrap();
/// writer.put(TokenCode::from_bits(0x01FF_000A), "$DISK").unwrap();
/// writer.put(TokenCode::from_bits(0x0202_000B), -2_i16).unwrap();
/// let len = writer.finish().unwrap();
/// assert_eq!(Event::parse(&space[..len])?.number(), Some(101));
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
    /// The end of the last token; the output is at a word after it.
    end: usize,
    /// The byte that was where the pad after the last token is.
    under_pad: u8,
}

impl<'b, 'p> SequenceWriter<'b, 'p> {
    /// Begins an event.
    #[inline(always)]
    pub fn new(header: &EventHeader<'_>, profile: &'p Profile, space: &'b mut [u8]) -> Option<Self> {
        let layout = header.layout_in(profile).ok()?;
        let limit = usize::from(header.standard.buffer_len.min(MAX_EVENT_LEN)).min(space.len());
        let space = space.get_mut(..limit)?;
        header.encode_d_series(layout, profile.event_header, space.first_chunk_mut()?)?;
        let len = if header.standard.context { D_SERIES_END + CONTEXT_LEN } else { D_SERIES_END };
        let output = SliceOutput::new_after(space, len);
        Some(Self {
            output,
            profile,
            ssid: header.standard.ssid,
            has_context: header.standard.context,
            has_subject: false,
            after_mark: false,
            last_token: 0,
            end: len,
            under_pad: 0,
        })
    }

    /// Puts a subject mark; the next token is the subject.
    #[inline(always)]
    pub fn mark(&mut self) -> Option<()> {
        let mark = self.profile.type_code(DataType::Mark)?;
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
    pub fn put_qualified(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Option<()> {
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
        let (len, kind) = (value.encoded_len(), self.profile.data_type(code.type_code()));
        let fits_length =
            if code.is_variable() { u16::try_from(len).is_ok() } else { len == usize::from(code.length()) };
        if !fits_length
            || !value.fits(kind)
            || code.length() == TokenType::VARIABLE && kind == DataType::List
            || value.is_raw() && len > 0
        {
            return None;
        }
        self.output.reserve(token_len(code, ssid.is_some(), len)).ok()?;
        self.last_token = self.output.len();
        match ssid {
            None if !code.is_variable() => value.encode_after(code.to_be_bytes(false), &mut self.output),
            _ => {
                self.output.extend(&code.to_be_bytes(ssid.is_some()));
                if let Some(ssid) = ssid {
                    self.output.extend(ssid.as_bytes());
                }
                if code.is_variable() {
                    self.output.extend(&u16::try_from(len).ok()?.to_be_bytes());
                }
                value.encode(&mut self.output);
            }
        }
        self.end = self.output.len();
        // Padded at once, where it is known whether the length may be odd.
        if code.is_variable() || !code.length().is_multiple_of(2) {
            self.under_pad = self.output.pad();
        }
        Some(())
    }

    /// Completes the event and returns its length.
    #[inline(always)]
    #[must_use]
    pub fn finish(mut self) -> Option<usize> {
        if self.after_mark || !self.has_subject {
            return None;
        }
        let len = self.end;
        if self.output.len() != len {
            self.output.unpad(self.under_pad);
        }
        let used = u16::try_from(len.checked_sub(USED_LEN_BASE)?).ok()?;
        self.output.patch(field::OCCURS.start, used.to_be_bytes());
        if self.has_context {
            let last = u16::try_from(self.last_token).ok()?.to_be_bytes();
            self.output.patch(D_SERIES_END + CONTEXT_LEN - 2, last);
        }
        Some(len)
    }
}
