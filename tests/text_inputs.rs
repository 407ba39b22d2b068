//! Hexadecimal text and printed lines: the oracles of the fuzzer on inputs made up.

use proptest::prelude::*;

use crate::text_inputs_oracle::{hex, printed};

const HEADER: &str = "26-01-02 03:04:05 \\N.$X  TANDEM.RPC.D10          000008 Backup process in CPU 3 died because its CPU is down\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_hex(text in "([0-9a-fA-F]{1,8}|[ \\n:#|!<>*]|0000:|00000010  |xy|\\|..\\|){0,40}", bytes: Vec<u8>) {
        hex(text.as_bytes());
        hex(&bytes);
    }

    #[test]
    fn any_printed(
        lines in prop::collection::vec("(20)?26-0[12]-0[1-3] 0[0-9]:04:05 (\\\\N\\.)?[$A-Z?,0-9]{1,9}( |\\* ) ?(TANDEM|ACME)\\.(RPC|NSKCOM|OSS|9)\\.[A-Z][0-9]{2} +0000(08|01|09) [ -~]{0,30}|[ -~]{0,40}|", 0..8),
        bytes: Vec<u8>,
        cut in any::<prop::sample::Index>(),
    ) {
        printed(lines.join("\n").as_bytes());
        printed(&bytes);
        printed(&HEADER.as_bytes()[..cut.index(HEADER.len())]);
    }
}
