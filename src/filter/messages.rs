//! The texts of the EMF compiler (EMS Manual 5-13, 5-48 to 5-59), as it words them, and ours in its manner where the
//! pages with its own are not public.

// Warnings.
pub(super) const ALL_OCCURRENCES: &str = "All occurrences of this token will be legal";

/// The warning for a type that has no natural comparison.
pub(super) const fn coercion(treated_as: Treatment) -> &'static str {
    match treated_as {
        Treatment::Unsigned => "Data type coercion necessary; value will be treated as unsigned",
        Treatment::Text => "Data type coercion necessary; value will be treated as string",
    }
}

/// The fallback type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    Unsigned,
    Text,
}

// Errors.
pub(super) const BIT_EXTRACTION: &str = "Bit extraction is illegal for this data type";
pub(super) const CANT_SOURCE: &str = "Can't source file, error 11 on open";
pub(super) const EXPECTED_BOOLEAN: &str = "Expected a Boolean variable";
pub(super) const EXPECTED_SSID: &str = "Expected a subsystem descriptor name";
pub(super) const EXPECTED_TOKEN_NAME: &str = "Expected the name of a token";
pub(super) const FIELD_ALIGNMENT: &str = "Field access does not begin at a word boundary";
pub(super) const FIELD_TYPE: &str = "Bad field name: field type is not a legal ZSPI data type";
pub(super) const FIELD_UNKNOWN: &str = "Bad field name: no such field or index out-of-range";
pub(super) const ILLEGAL_MATCH: &str = "This data type is illegal as a MATCH operand";
pub(super) const ILLEGAL_TYPE: &str = "This data type is illegal";
pub(super) const INDEX_RANGE: &str = "This number must be between 1 and 1023, inclusive.";
pub(super) const BYTE_RANGE: &str = "This number must be between 0 and 255, inclusive";
pub(super) const MUST_HAVE_OBJECT: &str = "Must have object: Must specify a program object name OBJECT";
pub(super) const NAME_MISSING: &str = "Name missing: Must specify a destination name NAME";
pub(super) const NOT_AN_SSID: &str = "This is not a legal subsystem descriptor";
pub(super) const NOT_DECLARED_WITH_SSID: &str = "This token was not declared with this SSID";
pub(super) const RID_MISSING: &str = "RID missing: Must specify a routing ID RID";
pub(super) const RID_NOT_DEFINED: &str = "RID not defined: Routing ID not previously defined";
pub(super) const STARTUP_TOO_BIG: &str = "Startup too big: Startup message is too long";
pub(super) const STRUCTURE_UNKNOWN: &str = "Bad field name: no such TACL variable or not type STRUCT";
pub(super) const STRUCTURE_WANTED: &str = "Bad field name: TACL variable must be type STRUCT";
pub(super) const SYNTAX: &str = "Invalid syntax - continuing";
pub(super) const SYNTAX_AT_END: &str = "Invalid syntax - end of input";
pub(super) const TOKEN_FORM: &str = "Expected a valid token: variable expanded to an incorrect form";
pub(super) const TOKEN_MAP_SIZE: &str = "Expected a valid token: map structure is too large";
pub(super) const TOKEN_TYPE: &str = "Expected a valid token: not a valid SPI data type";
pub(super) const TOKEN_UNKNOWN: &str = "Expected a valid token: variable does not exist";
pub(super) const TOO_MANY_RIDS: &str = "Too many RIDs: Max number of routing IDs exceeded";
pub(super) const TOO_MANY_VARIABLES: &str = "Too many Boolean variables have been declared";
pub(super) const TYPE_MISSING: &str = "Type missing: Must specify a destination type TYPE";
pub(super) const UNDECLARED: &str = "Undeclared Boolean variable";
pub(super) const UNTERMINATED: &str = "Unterminated string";
pub(super) const VARIABLE_TWICE: &str = "Variable has already been declared";

// Wording of our own: pages 5-49, 5-52, 5-55 are not public, or the original has no such check.
pub(super) const FIELD_PAST_END: &str = "Field extends past the end of the token value";
pub(super) const FILE_NAME_ORDER: &str = "Ordering comparison of file names is done as strings";
pub(super) const ILLEGAL_CHARACTER: &str = "Illegal character";
pub(super) const INCOMPATIBLE: &str = "Incompatible data types in comparison";
pub(super) const NESTED_TOO_DEEP: &str = "Nested too deep";
pub(super) const PATTERN_TOO_LONG: &str = "The string is too long for a MATCH operand";
pub(super) const RID_RANGE: &str = "This number must be between 1 and 255, inclusive";
pub(super) const TOO_LARGE: &str = "Source is too large once TACL has expanded it";

// Advice.
pub(super) const EQUALITY: &str = "== begins a comment of TACL's; equality is a single =";
