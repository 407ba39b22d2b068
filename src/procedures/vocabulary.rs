use crate::ems::HeaderToken;
use crate::spi::TokenNumber;

/// A token code that asks a procedure for something other than a token of the body: a special operation, a header token,
/// or a pseudo token of EMSGET.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Special {
    Addr,
    Count,
    Offset,
    Len,
    NextCode,
    NextToken,
    DefaultSsid,
    Position,
    LastPosition,
    InitialPosition,
    Delete,
    DataFlush,
    ClearErr,
    ResetBuffer,
    EndList,
    /// ZSPI-TKN-COMMAND, a header token of commands and responses.
    Command,
    ObjectType,
    MaxResp,
    ServerVersion,
    /// A header token of every buffer, or of events only.
    Header(HeaderToken),
    /// ZEMS-TKN-SUBJECT.
    Subject,
    SenderId,
    XSenderId,
    XSenderIdPd,
    D00,
}

/// Which token numbers name which [`Special`]: what a site's SPI and EMS definitions say.
///
/// Several numbers are not published; [`Vocabulary::DEFAULT`] has the provisional ones of the shipped definitions. All of
/// them belong to SPI's own range or are shared, so a number names the same operation whatever the subsystem ID.
///
/// ```
/// use zems::procedures::{Special, Vocabulary};
/// use zems::spi::TokenNumber;
///
/// let site = Vocabulary::from_names(|name| (name == "ZSPI-TKN-COUNT").then_some(TokenNumber(-433)));
/// assert_eq!(site.special(TokenNumber(-433)), Some(Special::Count));
/// assert_eq!(site.special(TokenNumber(-440)), Some(Special::Delete));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    numbers: [TokenNumber; ENTRIES.len()],
}

/// Names, operations and their default numbers, in ascending order of no particular kind: looked at one after another.
const ENTRIES: [(&str, Special, i16); 49] = [
    ("ZSPI-TKN-ADDR", Special::Addr, -448),
    ("ZSPI-TKN-COUNT", Special::Count, -447),
    ("ZSPI-TKN-OFFSET", Special::Offset, -446),
    ("ZSPI-TKN-LEN", Special::Len, -445),
    ("ZSPI-TKN-NEXTCODE", Special::NextCode, -444),
    ("ZSPI-TKN-NEXTTOKEN", Special::NextToken, -443),
    ("ZSPI-TKN-POSITION", Special::Position, -442),
    ("ZSPI-TKN-CLEARERR", Special::ClearErr, -441),
    ("ZSPI-TKN-DELETE", Special::Delete, -440),
    ("ZSPI-TKN-LASTPOSITION", Special::LastPosition, -439),
    ("ZSPI-TKN-INITIAL-POSITION", Special::InitialPosition, -438),
    ("ZSPI-TKN-DEFAULT-SSID", Special::DefaultSsid, -437),
    ("ZSPI-TKN-RESET-BUFFER", Special::ResetBuffer, -436),
    ("ZSPI-TKN-DATA-FLUSH", Special::DataFlush, -435),
    ("ZSPI-TKN-ENDLIST", Special::EndList, -254),
    ("ZSPI-TKN-COMMAND", Special::Command, -503),
    ("ZSPI-TKN-OBJECT-TYPE", Special::ObjectType, -502),
    ("ZSPI-TKN-MAXRESP", Special::MaxResp, -500),
    ("ZSPI-TKN-SERVER-VERSION", Special::ServerVersion, -501),
    ("ZSPI-TKN-HDRTYPE", Special::Header(HeaderToken::HeaderType), -511),
    ("ZSPI-TKN-BUFLEN", Special::Header(HeaderToken::BufferLen), -510),
    ("ZSPI-TKN-CHECKSUM", Special::Header(HeaderToken::Checksum), -509),
    ("ZSPI-TKN-MAX-FIELD-VERSION", Special::Header(HeaderToken::MaxFieldVersion), -508),
    ("ZSPI-TKN-LASTERR", Special::Header(HeaderToken::LastErr), -507),
    ("ZSPI-TKN-LASTERRCODE", Special::Header(HeaderToken::LastErrCode), -506),
    ("ZSPI-TKN-SSID", Special::Header(HeaderToken::Ssid), -505),
    ("ZSPI-TKN-USEDLEN", Special::Header(HeaderToken::UsedLen), -504),
    ("ZEMS-TKN-EVENTNUMBER", Special::Header(HeaderToken::EventNumber), -1001),
    ("ZEMS-TKN-GENTIME", Special::Header(HeaderToken::GenTime), -1002),
    ("ZEMS-TKN-LOGTIME", Special::Header(HeaderToken::LogTime), -1003),
    ("ZEMS-TKN-NODENUM", Special::Header(HeaderToken::NodeNum), -1004),
    ("ZEMS-TKN-NODENAME", Special::Header(HeaderToken::NodeName), -1005),
    ("ZEMS-TKN-CPU", Special::Header(HeaderToken::Cpu), -1006),
    ("ZEMS-TKN-PIN", Special::Header(HeaderToken::Pin), -1007),
    ("ZEMS-TKN-PROC-DESC", Special::Header(HeaderToken::ProcDesc), -1008),
    ("ZEMS-TKN-CRTPID", Special::Header(HeaderToken::Crtpid), -1009),
    ("ZEMS-TKN-SYSTEM", Special::Header(HeaderToken::System), -1010),
    ("ZEMS-TKN-USERID", Special::Header(HeaderToken::UserId), -1011),
    ("ZEMS-TKN-CONSOLE-PRINT", Special::Header(HeaderToken::ConsolePrint), -1012),
    ("ZEMS-TKN-EMPHASIS", Special::Header(HeaderToken::Emphasis), -1013),
    ("ZEMS-TKN-SUPPRESS-DISPLAY", Special::Header(HeaderToken::SuppressDisplay), -1014),
    ("ZEMS-TKN-CONTENT-STANDARD", Special::Header(HeaderToken::ContentStandard), -1015),
    ("ZEMS-TKN-CONTENT-USER", Special::Header(HeaderToken::ContentUser), -1016),
    ("ZEMS-TKN-EVTHDR-VSN", Special::Header(HeaderToken::HeaderVersion), -1017),
    ("ZEMS-TKN-SUBJECT", Special::Subject, -1050),
    ("ZEMS-TKN-SENDERID", Special::SenderId, -1051),
    ("ZEMS-TKN-XSENDERID", Special::XSenderId, -1052),
    ("ZEMS-TKN-XSENDERID-PD", Special::XSenderIdPd, -1053),
    ("ZEMS-TKN-D00", Special::D00, -1054),
];

impl Default for Vocabulary {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Vocabulary {
    /// Published numbers, and the provisional ones of the shipped definitions for the rest.
    pub const DEFAULT: Self = Self { numbers: default_numbers() };

    /// The numbers a site's definitions give to these names; a name that `number_of` does not know keeps its default.
    #[must_use]
    pub fn from_names(number_of: impl Fn(&str) -> Option<TokenNumber>) -> Self {
        let mut vocabulary = Self::DEFAULT;
        for (number, (name, ..)) in vocabulary.numbers.iter_mut().zip(ENTRIES) {
            *number = number_of(name).unwrap_or(*number);
        }
        vocabulary
    }

    /// The operation of this number, `None` for a token of the body.
    #[must_use]
    pub fn special(&self, number: TokenNumber) -> Option<Special> {
        let at = self.numbers.iter().position(|known| *known == number)?;
        ENTRIES.get(at).map(|(_, special, _)| *special)
    }

    /// The number that asks for this.
    #[must_use]
    pub fn number(&self, special: Special) -> TokenNumber {
        let at = ENTRIES.iter().position(|(_, known, _)| *known == special);
        at.and_then(|at| self.numbers.get(at)).copied().unwrap_or_default()
    }

    /// Every name with what it asks for and its number here.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, Special, TokenNumber)> {
        ENTRIES.into_iter().zip(self.numbers).map(|((name, special, _), number)| (name, special, number))
    }
}

#[allow(clippy::indexing_slicing)]
const fn default_numbers() -> [TokenNumber; ENTRIES.len()] {
    let mut numbers = [TokenNumber(0); ENTRIES.len()];
    let mut at = 0;
    while at < ENTRIES.len() {
        numbers[at] = TokenNumber(ENTRIES[at].2);
        at += 1;
    }
    numbers
}
