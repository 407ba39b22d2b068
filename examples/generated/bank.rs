// Made by `zems catalog --format rust` from definitions; changes here are lost.

/// BANK-VAL-SSID.
pub const BANK_VAL_SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]);
/// BANK-VAL-OWNER.
pub const BANK_VAL_OWNER: &str = "BANK    ";
/// BANK-SSN-TELLER.
pub const BANK_SSN_TELLER: i16 = 7;
/// BANK-VAL-VERSION.
pub const BANK_VAL_VERSION: ::zems::spi::Version = ::zems::spi::Version(16641);
/// BANK-EVT-OPENED.
pub const BANK_EVT_OPENED: i16 = 1;
/// BANK-EVT-CLOSED.
pub const BANK_EVT_CLOSED: i16 = 2;
/// BANK-EVT-CASH-LOW.
pub const BANK_EVT_CASH_LOW: i16 = 3;
/// BANK-TYP-REASON.
pub const BANK_TYP_REASON: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// BANK-TKN-BRANCH.
pub const BANK_TKN_BRANCH: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x01FF0001));
/// BANK-TKN-REASON.
pub const BANK_TKN_REASON: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x0B020002));
/// BANK-TKN-TILLS.
pub const BANK_TKN_TILLS: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x02020003));
/// A value of BANK-DDL-REASON. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankDdlReason(pub i16);

impl BankDdlReason {
    /// out of hours.
    pub const BANK_ENM_HOURS: Self = Self(1);
    /// the alarm was raised.
    pub const BANK_ENM_ALARM: Self = Self(2);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("out of hours"),
            2 => Some("the alarm was raised"),
            _ => None,
        }
    }
}

/// The tokens of BANK-EVT-OPENED at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BankEvtOpened<'a> {
    /// BANK-TKN-BRANCH, the subject.
    pub bank_tkn_branch: &'a [u8],
    /// BANK-TKN-TILLS.
    pub bank_tkn_tills: Option<i16>,
}

impl<'a> BankEvtOpened<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]);
    /// The event's number.
    pub const NUMBER: i16 = 1;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            bank_tkn_branch: tokens.bytes(::zems::spi::TokenCode::from_bits(0x01FF0001))?,
            bank_tkn_tills: tokens.value(::zems::spi::TokenCode::from_bits(0x02020003)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x01FF0001)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x02020003)),
        ])?;
        let [bank_tkn_branch, bank_tkn_tills] = found;
        let Some(bank_tkn_branch) = bank_tkn_branch.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            bank_tkn_branch,
            bank_tkn_tills: bank_tkn_tills.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put(::zems::spi::TokenCode::from_bits(0x01FF0001), self.bank_tkn_branch)?;
        if let Some(value) = self.bank_tkn_tills {
            event.put(::zems::spi::TokenCode::from_bits(0x02020003), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::NULL,
            ::zems::spi::TokenCode::from_bits(0x01FF0001),
            self.bank_tkn_branch,
        )?;
        if let Some(value) = self.bank_tkn_tills {
            event.put(::zems::spi::TokenCode::from_bits(0x02020003), value)?;
        }
        event.finish()
    }
}

/// The tokens of BANK-EVT-CLOSED at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BankEvtClosed<'a> {
    /// BANK-TKN-BRANCH, the subject.
    pub bank_tkn_branch: &'a [u8],
    /// BANK-TKN-REASON.
    pub bank_tkn_reason: Option<i16>,
}

impl<'a> BankEvtClosed<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]);
    /// The event's number.
    pub const NUMBER: i16 = 2;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            bank_tkn_branch: tokens.bytes(::zems::spi::TokenCode::from_bits(0x01FF0001))?,
            bank_tkn_reason: tokens.value(::zems::spi::TokenCode::from_bits(0x0B020002)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x01FF0001)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x0B020002)),
        ])?;
        let [bank_tkn_branch, bank_tkn_reason] = found;
        let Some(bank_tkn_branch) = bank_tkn_branch.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            bank_tkn_branch,
            bank_tkn_reason: bank_tkn_reason.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put(::zems::spi::TokenCode::from_bits(0x01FF0001), self.bank_tkn_branch)?;
        if let Some(value) = self.bank_tkn_reason {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020002), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::NULL,
            ::zems::spi::TokenCode::from_bits(0x01FF0001),
            self.bank_tkn_branch,
        )?;
        if let Some(value) = self.bank_tkn_reason {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020002), value)?;
        }
        event.finish()
    }
}

/// The tokens of BANK-EVT-CASH-LOW at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BankEvtCashLow<'a> {
    /// BANK-TKN-BRANCH, the subject.
    pub bank_tkn_branch: &'a [u8],
}

impl<'a> BankEvtCashLow<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]);
    /// The event's number.
    pub const NUMBER: i16 = 3;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            bank_tkn_branch: tokens.bytes(::zems::spi::TokenCode::from_bits(0x01FF0001))?,
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([66, 65, 78, 75, 32, 32, 32, 32, 0, 7, 65, 1]), ::zems::spi::TokenCode::from_bits(0x01FF0001)),
        ])?;
        let [bank_tkn_branch] = found;
        let Some(bank_tkn_branch) = bank_tkn_branch.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            bank_tkn_branch,
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put(::zems::spi::TokenCode::from_bits(0x01FF0001), self.bank_tkn_branch)?;
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::NULL,
            ::zems::spi::TokenCode::from_bits(0x01FF0001),
            self.bank_tkn_branch,
        )?;
        event.finish()
    }
}

