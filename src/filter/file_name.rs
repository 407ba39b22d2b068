//! File names: equality that knows about nodes (EMS Manual 5-24), the external form that MATCH sees (5-42), and
//! FILENAMECOMPARE (5-41).

use core::fmt::{self, Write as _};

use super::environment::Nodes;
use crate::ems::{Event, HeaderToken, HeaderValue};
use crate::spi::{Fname, Fname32};

/// Whether two internal names, 24 bytes each, are those of one file: both local or both in network form and alike, or of
/// either form with the network one's node that of the event.
pub(super) fn is_same(left: &[u8], right: &[u8], event: &Event<'_>) -> bool {
    let (left, right) = (Internal::new(left), Internal::new(right));
    let is_node_same = match (left.node, right.node) {
        (None, None) => true,
        (Some(left), Some(right)) => left == right,
        (Some(node), None) | (None, Some(node)) => event.node() == Some(i32::from(node)),
    };
    is_node_same && is_alike(left.volume, right.volume) && is_alike(left.rest, right.rest)
}

/// The parts of an internal name.
struct Internal<'a> {
    node: Option<u8>,
    /// Without `$`, with the blanks that fill it.
    volume: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Internal<'a> {
    fn new(name: &'a [u8]) -> Self {
        let (first, rest) = name.split_at_checked(8).unwrap_or((name, &[]));
        match first {
            [b'\\', node, volume @ ..] => Self { node: Some(*node), volume, rest },
            [b'$', volume @ ..] => Self { node: None, volume, rest },
            volume => Self { node: None, volume, rest },
        }
    }
}

fn is_alike(left: &[u8], right: &[u8]) -> bool {
    left.trim_ascii_end().eq_ignore_ascii_case(right.trim_ascii_end())
}

/// An external name in a buffer of its own.
pub(super) struct ExternalName {
    bytes: [u8; 64],
    len: usize,
}

impl ExternalName {
    /// The external form of an internal name; its node by name, if that is known.
    pub(super) fn new(internal: &[u8], nodes: &Nodes) -> Self {
        let mut name = Self { bytes: [0; 64], len: 0 };
        let mut bytes = [b' '; Fname::LEN];
        bytes.iter_mut().zip(internal).for_each(|(to, from)| *to = *from);
        let parts = Internal::new(&bytes);
        // 64 bytes hold every name: 1 + 10 + 2 + 7 + 1 + 8 + 1 + 8.
        let _ = match parts.node.and_then(|node| nodes.name(u32::from(node))) {
            Some(node) => {
                let mut local = bytes;
                local.iter_mut().for_each(|byte| *byte = b' ');
                local.iter_mut().zip(b"$".iter().chain(parts.volume)).for_each(|(to, from)| *to = *from);
                local.iter_mut().skip(8).zip(parts.rest).for_each(|(to, from)| *to = *from);
                write!(name, "\\{node}.{}", Fname::from_bytes(local))
            }
            None => write!(name, "{}", Fname::from_bytes(bytes)),
        };
        name
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Write for ExternalName {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len.checked_add(text.len()).ok_or(fmt::Error)?;
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The node part of a name.
#[derive(Clone, Copy, Debug)]
enum Node<'a> {
    /// Without `\`.
    Name(&'a [u8]),
    Number(u32),
}

/// The name of a file or process, as FILENAMECOMPARE sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ObjectName<'a> {
    node: Option<Node<'a>>,
    /// With `$`; of an unnamed process `cpu,pin`.
    name: &'a [u8],
    /// After the colon.
    sequence: Option<&'a [u8]>,
    /// Subvolume and file, or the qualifiers of a process, each with its period or its blanks.
    qualifiers: Qualifiers<'a>,
    /// Tokens that are not written are not compared.
    is_open: bool,
}

#[derive(Clone, Copy, Debug)]
enum Qualifiers<'a> {
    External(&'a [u8]),
    Internal(&'a [u8]),
}

impl<'a> Qualifiers<'a> {
    fn part(self, index: usize) -> Option<&'a [u8]> {
        match self {
            Self::External(text) => text.strip_prefix(b".")?.split(|byte| *byte == b'.').nth(index),
            Self::Internal(fields) => {
                fields.chunks(8).map(<[u8]>::trim_ascii_end).nth(index).filter(|part| !part.is_empty())
            }
        }
    }
}

impl<'a> ObjectName<'a> {
    /// Reads a process descriptor or external file name. A `*` at the end leaves open what may follow.
    pub(super) fn external(text: &'a [u8]) -> Self {
        let text = text.trim_ascii_end();
        let (text, is_open) = match text.strip_suffix(b"*") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (node, text) = match text.strip_prefix(b"\\") {
            Some(rest) => {
                let end = rest.iter().position(|byte| *byte == b'.').unwrap_or(rest.len());
                let (node, rest) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                (Some(node), rest.strip_prefix(b".").unwrap_or(rest))
            }
            None => (None, text),
        };
        let end = text.iter().position(|byte| matches!(byte, b':' | b'.')).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
        let (sequence, qualifiers) = match rest.strip_prefix(b":") {
            Some(rest) => {
                let end = rest.iter().position(|byte| *byte == b'.').unwrap_or(rest.len());
                let (sequence, qualifiers) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                (Some(sequence).filter(|sequence| !sequence.is_empty()), qualifiers)
            }
            None => (None, rest),
        };
        let node =
            node.map(|node| match core::str::from_utf8(node).ok().and_then(|text| text.parse().ok()) {
                Some(number) => Node::Number(number),
                None => Node::Name(node),
            });
        Self { node, name, sequence, qualifiers: Qualifiers::External(qualifiers), is_open }
    }

    /// Reads an internal file name, 24 bytes, with the node in front of it if there are 32.
    pub(super) fn internal(bytes: &'a [u8]) -> Self {
        let (node, bytes) = match bytes.split_at_checked(Fname32::LEN - Fname::LEN) {
            Some((node, local)) if bytes.len() == Fname32::LEN => {
                (node.trim_ascii_end().strip_prefix(b"\\").filter(|node| !node.is_empty()), local)
            }
            _ => (None, bytes),
        };
        let (first, rest) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
        let (node, name) = match first {
            // The number is there instead of the $.
            [b'\\', number, name @ ..] => (Some(Node::Number(u32::from(*number))), name),
            name => (node.map(Node::Name), name),
        };
        let qualifiers = Qualifiers::Internal(rest);
        Self { node, name: name.trim_ascii_end(), sequence: None, qualifiers, is_open: false }
    }

    /// Whether both name the same object. A node that is not written is the event's; any other part that only one of them
    /// has counts, unless the other is left open.
    pub(super) fn is_same(&self, other: &Self, event: &Event<'_>, nodes: &Nodes) -> bool {
        let agree = |one: Option<&[u8]>, two: Option<&[u8]>| match (one, two) {
            (Some(one), Some(two)) => is_alike(one, two),
            (None, None) => true,
            (None, Some(_)) => self.is_open,
            (Some(_), None) => other.is_open,
        };
        let local = |name: &'a [u8]| name.strip_prefix(b"$").unwrap_or(name);
        is_alike(local(self.name), local(other.name))
            && agree(self.sequence, other.sequence)
            && (0..3).all(|index| agree(self.qualifiers.part(index), other.qualifiers.part(index)))
            && NodeIdentity::new(self.node, event, nodes)
                .is_same(&NodeIdentity::new(other.node, event, nodes))
    }
}

/// All that is known of a node.
pub(super) struct NodeIdentity<'a> {
    pub(super) number: Option<u32>,
    /// Without `\`.
    pub(super) name: Option<&'a [u8]>,
}

impl<'a> NodeIdentity<'a> {
    /// The node of the process that reports.
    pub(super) fn of(event: &Event<'a>) -> Self {
        let name = match event.header_token(HeaderToken::NodeName) {
            Some(HeaderValue::Text(name)) => name.strip_prefix(b"\\"),
            _ => None,
        };
        Self { number: event.node().and_then(|node| u32::try_from(node).ok()), name }
    }

    fn new(node: Option<Node<'a>>, event: &Event<'a>, nodes: &'a Nodes) -> Self {
        let own = Self::of(event);
        let Self { number: own_number, name: own_name } = own;
        match node {
            None => own,
            Some(Node::Number(number)) => {
                let named = nodes.name(number).map(str::as_bytes);
                Self {
                    number: Some(number),
                    name: named.or_else(|| own_name.filter(|_| own_number == Some(number))),
                }
            }
            Some(Node::Name(name)) => {
                let is_own = own_name.is_some_and(|own| own.eq_ignore_ascii_case(name));
                let numbered = core::str::from_utf8(name).ok().and_then(|name| nodes.number(name));
                Self { number: numbered.or_else(|| own_number.filter(|_| is_own)), name: Some(name) }
            }
        }
    }

    /// Whether numbers or names agree. Of two nodes about which nothing is known in common nothing can be said but no;
    /// two unwritten ones are the same.
    fn is_same(&self, other: &Self) -> bool {
        let is_unknown = |node: &Self| node.number.is_none() && node.name.is_none();
        match (self.number.zip(other.number), self.name.zip(other.name)) {
            (Some((one, two)), _) => one == two,
            (None, Some((one, two))) => one.eq_ignore_ascii_case(two),
            (None, None) => is_unknown(self) && is_unknown(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(left: &str, right: &str) -> bool {
        // Its header says system 3 and, being of the C series, has no node name.
        let event = Event::parse(crate::samples::EVENT).unwrap();
        let nodes: Nodes = [("CN", 3), ("FAR", 4)].into_iter().collect();
        let (left, right) = (ObjectName::external(left.as_bytes()), ObjectName::external(right.as_bytes()));
        let same = left.is_same(&right, &event, &nodes);
        assert_eq!(same, right.is_same(&left, &event, &nodes));
        same
    }

    #[test]
    fn an_asterisk_leaves_the_rest_open() {
        // EMS Manual 5-41.
        for (name, pattern, is_same) in [
            (r"\cn.$null:430", r"\cn.$null*", true),
            (r"\CN.$NULL", r"\cn.$null*", true),
            (r"\cn.$nullx:430", r"\cn.$null*", false),
            (r"\far.$null:430", r"\cn.$null*", false),
            (r"\cn.$null:430", r"\cn.$null:430*", true),
            (r"\cn.$null:430.#q.a", r"\cn.$null:430*", true),
            (r"\cn.$null:431", r"\cn.$null:430*", false),
            (r"\cn.$null", r"\cn.$null:430*", false),
            (r"\cn.$null:430", r"\cn.$null", false),
            ("$null:430", r"\cn.$null*", true),
            ("$null:430", r"\far.$null*", false),
            (r"\3.$null:430", r"\cn.$null*", true),
            ("$DATA.APP.LOG", "$data.app.log", true),
            ("$DATA.APP.LOG", "$data.app.*", false),
            ("$DATA.APP.LOG", "$data.app*", true),
        ] {
            assert_eq!(compare(name, pattern), is_same, "{name} {pattern}");
        }
    }

    #[test]
    fn internal_names_compare_with_external_ones() {
        let event = Event::parse(crate::samples::EVENT).unwrap();
        let nodes = Nodes::default();
        let local = ObjectName::internal(b"$DATA   APP     LOG     ");
        let network = ObjectName::internal(b"\\\x03DATA  APP     LOG     ");
        let far = ObjectName::internal(b"\\\x04DATA  APP     LOG     ");
        let named = ObjectName::internal(b"\\FAR    $DATA   APP     LOG     ");
        assert!(local.is_same(&network, &event, &nodes));
        assert!(!local.is_same(&far, &event, &nodes));
        assert!(!local.is_same(&named, &event, &nodes));
        let nodes: Nodes = [("FAR", 4)].into_iter().collect();
        assert!(far.is_same(&named, &event, &nodes));
        assert!(ObjectName::external(b"$data.app.log").is_same(&local, &event, &nodes));
    }

    #[test]
    fn a_network_name_on_the_node_of_the_event_is_a_local_one() {
        // EMS Manual 5-24.
        let event = Event::parse(crate::samples::EVENT).unwrap();
        let name = |text: &str| *text.parse::<Fname>().unwrap().as_bytes();
        let local = name("$SYSTEM.X.Y");
        assert!(is_same(&local, &local, &event));
        assert!(is_same(&local, &name(r"\3.$SYSTEM.X.Y"), &event));
        assert!(!is_same(&local, &name(r"\4.$SYSTEM.X.Y"), &event));
        assert!(!is_same(&local, &name("$SYSTEM.X.Z"), &event));
        assert!(is_same(&name(r"\4.$SYSTEM.X.Y"), &name(r"\4.$SYSTEM.X.Y"), &event));
    }

    #[test]
    fn the_external_form_names_the_node_if_it_can() {
        let nodes: Nodes = [("COMM", 3)].into_iter().collect();
        let text = |name: &str, nodes: &Nodes| {
            let internal: Fname = name.parse().unwrap();
            String::from_utf8(ExternalName::new(internal.as_bytes(), nodes).as_bytes().to_vec()).unwrap()
        };
        assert_eq!(text(r"\3.$PUBS.ANY.NAME", &nodes), r"\COMM.$PUBS.ANY.NAME");
        assert_eq!(text(r"\4.$PUBS.ANY.NAME", &nodes), r"\4.$PUBS.ANY.NAME");
        assert_eq!(text("$PUBS.ANY.NAME", &nodes), "$PUBS.ANY.NAME");
    }
}
