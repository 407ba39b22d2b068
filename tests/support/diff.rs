//! The properties of any two streams of events that are compared.

use zems::analysis::diff::{Counts, Differ, Input};
use zems::site::Site;
use zems::spi::read::Buffer;

/// The first byte says where the bytes are cut into two inputs.
pub fn any(bytes: &[u8]) {
    let Some((cut, bytes)) = bytes.split_first() else { return };
    let at = bytes.len() * usize::from(*cut) / 256;
    let (a, b) = (buffers(&bytes[..at]), buffers(&bytes[at..]));
    let (there, back) = (run(&a, &b), run(&b, &a));
    let total = |events: &[Vec<u8>]| u64::try_from(events.len()).unwrap();
    assert_eq!(there.other, back.other);
    let (of_a, of_b) = (there.removed + there.changed + there.same, there.added + there.changed + there.same);
    assert_eq!(of_a + of_b + there.other, total(&a) + total(&b), "{there:?}");
    let (back_a, back_b) = (back.added + back.changed + back.same, back.removed + back.changed + back.same);
    assert_eq!((of_a, of_b), (back_a, back_b), "{there:?} {back:?}");
    let same = run(&a, &a);
    assert!(same.are_equal(), "{same:?}");
}

fn buffers(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut buffers = Vec::new();
    while let Ok((buffer, rest)) = Buffer::parse_prefix(bytes) {
        buffers.push(buffer.as_bytes().to_vec());
        bytes = rest;
    }
    buffers
}

fn run(a: &[Vec<u8>], b: &[Vec<u8>]) -> Counts {
    let site = Site::builtin();
    let (mut a, mut b) = (a.iter(), b.iter());
    let mut changes = 0;
    let counts = Differ::new(&site)
        .run::<()>(
            |input| {
                Ok(match input {
                    Input::A => a.next(),
                    Input::B => b.next(),
                }
                .map(|bytes| (bytes.clone(), 0)))
            },
            |change| {
                changes += 1;
                change.tokens().iter().for_each(|token| {
                    let _ = (
                        token.to_string(),
                        token.a().map(ToString::to_string),
                        token.b().map(ToString::to_string),
                    );
                });
                Ok(())
            },
        )
        .unwrap();
    assert_eq!(changes, counts.added + counts.removed + counts.changed);
    counts
}
