//! A definition source as long as one likes, in the manner of the vendor's: one made-up subsystem after the other, each with
//! its constants, structures, enumerations, tokens, a map and an SSID. Shared by the benchmark and the memory test.

use core::fmt::Write;

/// At least `bytes` bytes of definitions without a fault.
pub(crate) fn definitions(bytes: usize) -> String {
    let mut text = String::from(
        "* Common definitions.\n\
         CONSTANT zspi-val-tandem VALUE IS \"TANDEM  \".\n\
         CONSTANT zspi-tdt-int VALUE IS 2.\nCONSTANT zspi-tdt-struct VALUE IS 7.\nCONSTANT zspi-tdt-enum VALUE IS 11.\n\
         DEF zspi-ddl-int TYPE BINARY 16 SPI-NULL 0.\nDEF zspi-ddl-int2 TYPE BINARY 32 SPI-NULL 0.\n\
         DEF zspi-ddl-uint TYPE BINARY 16 UNSIGNED SPI-NULL 0.\nDEF zspi-ddl-enum PIC S9(4) COMP SPI-NULL 255 TACL ENUM.\n\
         DEF zspi-ddl-char8.\n 02 z-c PIC X(8) SPI-NULL \" \".\n 02 z-s REDEFINES z-c.\n  03 z-i TYPE BINARY 16 OCCURS 4 TIMES.\n \
         02 z-b REDEFINES z-c PIC X OCCURS 8 TIMES.\nEND\n\
         TOKEN-TYPE zspi-typ-int VALUE IS zspi-tdt-int DEF IS zspi-ddl-int.\n\
         TOKEN-TYPE zspi-typ-enum VALUE IS zspi-tdt-enum DEF IS zspi-ddl-enum.\n",
    );
    let mut number = 0;
    while text.len() < bytes {
        subsystem(&mut text, number);
        number += 1;
    }
    text
}

fn subsystem(text: &mut String, number: u32) {
    let s = format!("z{number:03x}");
    let mut line = |line: String| writeln!(text, "{line}").expect("a String takes everything");
    line(format!("?SECTION {s}-ddl"));
    line(format!("! --- Subsystem {s}: definitions of its management interface ---"));
    line(format!("CONSTANT {s}-val-version VALUE IS VERSION \"D{:02}\".", number % 100));
    line(format!("CONSTANT zspi-ssn-{s} VALUE IS {}.", number % 30_000));
    line(format!("DEF {s}-val-ssid TACL SSID."));
    line(" 02 z-filler  TYPE CHARACTER 8  VALUE IS zspi-val-tandem.".into());
    line(" 02 z-owner   REDEFINES z-filler TYPE zspi-ddl-char8.".into());
    line(format!(" 02 z-number  TYPE zspi-ddl-int  VALUE IS zspi-ssn-{s}."));
    line(format!(" 02 z-version TYPE zspi-ddl-uint VALUE IS {s}-val-version."));
    line("END".into());
    for (value, name) in ["open", "close", "read", "write", "locked", "refused"].iter().enumerate() {
        line(format!("CONSTANT {s}-err-{name:<10} VALUE IS {:<5}. ! provisional", value + 1));
        line(format!("CONSTANT {s}-tnm-{name:<10} VALUE IS {:<5}.", value + 100));
    }
    line(format!("DEF {s}-ddl-error TYPE ENUM BEGIN AS \"unknown error\"."));
    for name in ["open", "close", "read", "write", "locked", "refused"] {
        line(format!(" 89 {s}-enm-{name:<10} VALUE IS {s}-err-{name} AS \"error on {name}\"."));
    }
    line("END".into());
    line(format!("TOKEN-TYPE {s}-typ-error VALUE IS zspi-tdt-enum DEF IS {s}-ddl-error."));
    line(format!("DEF {s}-ddl-state SPI-NULL 255."));
    line("  02 z-name         TYPE zspi-ddl-char8   HEADING \"Name\".          ! the object".into());
    line(format!("  02 z-error        TYPE {s}-ddl-error."));
    line(
        "  02 z-count        TYPE zspi-ddl-int2.                              ! since it was started".into(),
    );
    line("  02 z-flags.".into());
    line("     03 z-up        TYPE BIT 1.".into());
    line("     03 z-busy      TYPE BIT 1.".into());
    line("     03 FILLER      TYPE BIT 14.".into());
    line("  02 z-paths        OCCURS 4 TIMES.".into());
    line("     03 z-device    TYPE zspi-ddl-char8.".into());
    line("     03 z-controller TYPE BINARY 8 UNSIGNED.".into());
    line("END".into());
    line(format!("TOKEN-TYPE {s}-typ-state VALUE IS zspi-tdt-struct DEF IS {s}-ddl-state."));
    for name in ["open", "close", "read", "write", "locked", "refused"] {
        line(format!("TOKEN-CODE {s}-tkn-{name} VALUE IS {s}-tnm-{name} TOKEN-TYPE IS {s}-typ-error"));
        line(format!(
            "           SSID \"TANDEM.{}.0\" HEADING \"Error on {name}\" DISPLAY \"I5\".",
            number % 30_000
        ));
    }
    line(format!("TOKEN-CODE {s}-tkn-state VALUE IS 1 TOKEN-TYPE IS {s}-typ-state."));
    line(format!("TOKEN-MAP {s}-map-state VALUE IS 2 DEF IS {s}-ddl-state."));
    line("  VERSION \"C00\" FOR z-name THRU z-count.".into());
    line(format!("  VERSION {s}-val-version FOR z-flags THRU z-paths."));
    line("END".into());
    line(String::new());
}
