use alloc::boxed::Box;
use alloc::vec::Vec;

use super::buffer::Buffer;
use crate::spi::data_type::DataType;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::{TokenCode, TypeCode};

/// The outcome of a search in one buffer, so that in buffers like it nothing is searched.
///
/// Buffers of one kind mostly have the same tokens in the same order, with values of other lengths. A shape is that order, up to
/// the last token that was looked at. In another buffer, every code is verified at the place where the token before it
/// ends; at the first difference the shape does not apply, and the search has to be made.
#[derive(Clone, Debug)]
pub(crate) struct BufferShape {
    /// The SSID of the message, which qualifies the tokens stored without one.
    ssid: Ssid,
    steps: Box<[Step]>,
    /// The meanings of the data types of the codes that were looked for.
    wanted: Box<[(TypeCode, DataType)]>,
    /// The search went to the end of the tokens.
    is_whole: bool,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    /// The four bytes of the code as stored.
    stored: [u8; 4],
    code: TokenCode,
    /// The meaning that the data type had.
    data_type: DataType,
    is_variable: bool,
    /// Bytes before the value.
    head: usize,
    /// Bytes of the value, if they are always as many.
    len: usize,
    /// The SSID stored with the code, if it may decide whether the token is one of those wanted.
    ssid: Option<Ssid>,
    slot: Option<usize>,
}

impl BufferShape {
    /// A search that goes further is not remembered.
    const MAX_STEPS: usize = 64;

    /// Remembers a search of the top level for `wanted`: where the token in each slot begins. `may_match` says of which codes
    /// tokens were compared by more than that. `None`: lists or tables are among the tokens, or too many.
    pub(crate) fn learn(
        buffer: &Buffer<'_>,
        wanted: impl Iterator<Item = TokenCode>,
        found: &[Option<usize>],
        may_match: impl Fn(TokenCode) -> bool,
    ) -> Option<Self> {
        let is_whole = found.iter().any(Option::is_none);
        let last = found.iter().flatten().max().copied().filter(|_| !is_whole);
        let mut steps = Vec::new();
        for token in buffer.tokens() {
            let token = token.ok()?;
            if last.is_some_and(|last| token.start() > last) {
                break;
            }
            let code = token.code();
            let mut slots = (0..).zip(found).filter(|(_, start)| **start == Some(token.start()));
            let slot = slots.next().map(|(slot, _)| slot);
            let is_plain = !matches!(token.data_type(), DataType::List | DataType::Table);
            if !is_plain
                || token.table().is_some()
                || slots.next().is_some()
                || steps.len() == Self::MAX_STEPS
            {
                return None;
            }
            let ssid = token.ssid();
            steps.push(Step {
                stored: code.to_be_bytes(ssid.is_some()),
                code,
                data_type: token.data_type(),
                is_variable: code.is_variable(),
                head: token.value_offset() - token.start(),
                len: usize::from(code.length()),
                ssid: ssid.filter(|_| may_match(code)),
                slot,
            });
        }
        let types = wanted.map(|code| (code.type_code(), buffer.profile().data_type(code.type_code())));
        Some(Self { ssid: buffer.ssid(), steps: steps.into(), wanted: types.collect(), is_whole })
    }

    /// Shows what the search would find in this buffer: the slot, the bytes of the value, and where the token begins. `None`: the
    /// shape does not apply, whatever has been shown.
    #[inline]
    pub(crate) fn find<'a>(
        &self,
        buffer: &Buffer<'a>,
        mut show: impl FnMut(usize, &'a [u8], usize),
    ) -> Option<()> {
        let (bytes, profile) = (buffer.as_bytes(), buffer.profile());
        if buffer.ssid() != self.ssid
            || self.wanted.iter().any(|(code, known)| profile.data_type(*code) != *known)
        {
            return None;
        }
        let mut at = buffer.body().start;
        for step in &self.steps {
            let rest = bytes.get(at..)?;
            if *rest.first_chunk()? != step.stored
                || profile.data_type(step.code.type_code()) != step.data_type
            {
                return None;
            }
            if let Some(ssid) = &step.ssid
                && rest.get(4..)?.first_chunk()? != ssid.as_bytes()
            {
                return None;
            }
            let len = if step.is_variable {
                let word = rest.get(step.head.checked_sub(2)?..)?.first_chunk()?;
                usize::from(u16::from_be_bytes(*word))
            } else {
                step.len
            };
            let value = rest.get(step.head..)?.get(..len)?;
            if let Some(slot) = step.slot {
                show(slot, value, at);
            }
            let end = at + step.head + len;
            at = end + (end & 1);
        }
        (!self.is_whole || at >= bytes.len()).then_some(())
    }
}
