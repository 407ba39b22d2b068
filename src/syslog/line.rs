//! One line, in any of the forms that are seen.

use super::priority::Priority;
use super::structured::{StructuredData, read_data};
use super::text::{LineText, find};
use super::time::{Time, read_rfc3339, read_time};

/// A line of a system log, read in place.
///
/// Reading never fails: what fits no form is all message. Nothing is copied. A line read from `&str` has `&str` fields,
/// one read from `&[u8]` bytes, whatever they are. The text is one line, without its line end; see [`split_frames`] for
/// octet-counted frames.
///
/// Read besides the forms of [`Form`]: a byte order mark or the length of an octet-counted frame in front of the line, blanks
/// after the PRI, RFC 5424 without its PRI or without PRI and version, a host that a relay wrote twice, and in front of the
/// time what Cisco devices write there: a sequence number, a host, `*` or `.` of a clock that is not set.
///
/// ```
/// use zems::syslog::{Form, Line};
///
/// let line = Line::parse(
///     "<27>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK \
///      [junos@2636.1.1.1.2.28 error-message=\"Resource busy\"] Unable to lock PID file: Resource busy",
/// );
/// assert_eq!(line.form(), Form::Structured);
/// assert_eq!((line.host(), line.process(), line.pid()), (Some("srx-n0"), Some("jsrpd"), Some("1234")));
/// assert_eq!(line.tag(), Some("JSRPD_PID_FILE_LOCK"));
/// assert_eq!(line.priority().unwrap().to_string(), "daemon.error");
/// assert_eq!(line.message(), "Unable to lock PID file: Resource busy");
///
/// let line = Line::parse("Aug 21 12:36:30.401 2006 r1 jsrpd[7]: %DAEMON-3-JSRPD_NOT_ROOT: Must be run as root");
/// assert_eq!(line.form(), Form::Standard);
/// assert_eq!(line.time_text(), Some("Aug 21 12:36:30.401 2006"));
/// assert_eq!((line.tag(), line.message()), (Some("JSRPD_NOT_ROOT"), "Must be run as root"));
/// ```
#[derive(Debug)]
pub struct Line<'a, T: ?Sized = str> {
    form: Form,
    priority: Option<Priority>,
    explicit_priority: Option<Priority>,
    time: Option<(Time, &'a T)>,
    sequence: Option<&'a T>,
    host: Option<&'a T>,
    process: Option<&'a T>,
    pid: Option<&'a T>,
    tag: Option<&'a T>,
    data: Option<StructuredData<'a, T>>,
    service: Option<&'a T>,
    message: &'a T,
}

/// The shape of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// RFC 5424, and the structured-data format of Junos.
    Structured,
    /// A line of Junos in the structured-data format whose process ID is missing, a colon perhaps at the end of its
    /// process.
    StructuredWithoutPid,
    /// BSD (RFC 3164) and the standard format of Junos: time, host, process. The time may lack its date.
    Standard,
    /// Like [`Form::Standard`] without a time.
    Undated,
    /// The message of a service on a PIC of Junos.
    Service,
    /// Tag and message, nothing else.
    Tagged,
    /// None of these: all is message, after a PRI if there is one.
    Message,
}

impl<'a> Line<'a> {
    /// Reads a line of text.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        Self::read(text)
    }
}

impl<'a> Line<'a, [u8]> {
    /// Reads a line of bytes, whatever they are.
    #[must_use]
    pub fn parse_bytes(bytes: &'a [u8]) -> Self {
        Self::read(bytes)
    }
}

impl<'a, T: LineText + ?Sized> Line<'a, T> {
    fn read(text: &'a T) -> Self {
        let bytes = text.as_line_bytes();
        let (priority, at) = read_front(bytes);
        let reader = Reader { text, bytes, priority };
        let mut line = reader.line(at);
        let has_version = bytes.get(at..at + 2) == Some(b"1 ");
        let is_structured =
            priority.is_some() && has_version && reader.structured(at + 2, &mut line).is_some()
                || reader.unannounced(at, has_version, &mut line);
        if !is_structured {
            // Some devices write the version of RFC 5424, and then seconds since 1970 and no more of its fields.
            let is_unix = has_version && bytes.get(at + 12) == Some(&b'.') && reader.time(at + 2).is_some();
            line = reader.standard(if is_unix { at + 2 } else { at });
        }
        line
    }

    /// The shape of the line.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The PRI in front of the line.
    #[must_use]
    pub const fn priority(&self) -> Option<Priority> {
        self.priority
    }

    /// The priority that Junos writes before the tag as `%DAEMON-3-`, if it is configured to: that of the message where it
    /// arose, whatever the PRI says.
    #[must_use]
    pub const fn explicit_priority(&self) -> Option<Priority> {
        self.explicit_priority
    }

    /// The time, as far as the line says it.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        self.time.map(|(time, _)| time)
    }

    /// The time as it is written.
    #[must_use]
    pub fn time_text(&self) -> Option<&'a T> {
        self.time.map(|(_, text)| text)
    }

    /// The number that a Cisco device counts its messages with, in front of the time: `000045`.
    #[must_use]
    pub const fn sequence(&self) -> Option<&'a T> {
        self.sequence
    }

    /// The host: HOSTNAME of RFC 5424.
    #[must_use]
    pub const fn host(&self) -> Option<&'a T> {
        self.host
    }

    /// The node in `host-re0`, as Junos OS Evolved writes it, or in the process with its `alternate-format`.
    #[must_use]
    pub fn node(&self) -> Option<&'a T> {
        let of_host = self.host.and_then(node_at_end);
        of_host.or_else(|| {
            self.process.and_then(|process| node_in_front(process).or_else(|| node_at_end(process)))
        })
    }

    /// The process: APP-NAME of RFC 5424.
    #[must_use]
    pub const fn process(&self) -> Option<&'a T> {
        self.process
    }

    /// The process ID, which need not be a number: PROCID of RFC 5424.
    #[must_use]
    pub const fn pid(&self) -> Option<&'a T> {
        self.pid
    }

    /// The tag of the message, `JSRPD_PID_FILE_LOCK`: MSGID of RFC 5424.
    #[must_use]
    pub const fn tag(&self) -> Option<&'a T> {
        self.tag
    }

    /// The structured data, if it is there and well formed. Malformed structured data is part of the message.
    #[must_use]
    pub const fn structured_data(&self) -> Option<StructuredData<'a, T>> {
        self.data
    }

    /// Of a service on a PIC: where it runs and what it is, `(FPC Slot 5, PIC Slot 0) {set} [FWNAT]`. It is part of the
    /// message too.
    #[must_use]
    pub const fn service(&self) -> Option<&'a T> {
        self.service
    }

    /// The text of the message; empty if there is none, as with `structured-data brief`. The byte order mark of RFC 5424 is
    /// no part of it.
    #[must_use]
    pub const fn message(&self) -> &'a T {
        self.message
    }
}

impl<T: ?Sized> Clone for Line<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Line<'_, T> {}

/// The text before the words of a line without structured data.
struct Front<'a, T: ?Sized> {
    sequence: Option<&'a T>,
    time: (Time, &'a T),
    /// A host before the time.
    host: Option<&'a T>,
    /// The place after the blanks that follow.
    end: usize,
}

/// A line being read.
struct Reader<'a, T: ?Sized> {
    text: &'a T,
    bytes: &'a [u8],
    priority: Option<Priority>,
}

impl<'a, T: LineText + ?Sized> Reader<'a, T> {
    /// The fields after `<PRI>1 `, all of them there and divided by one blank each. The line is filled where it is:
    /// handed on in pieces it would be copied, which takes longer than reading it. Returns whether the field of the
    /// structured data is there.
    #[inline(always)]
    fn structured(&self, at: usize, line: &mut Line<'a, T>) -> Option<bool> {
        let (time, at) = match self.bytes.get(at..)? {
            [b'-', b' ', ..] => (None, at + 2),
            _ => {
                let (time, end) = read_rfc3339(self.bytes, at)?;
                (Some((time, self.part(at, end))), self.blank(end)?)
            }
        };
        let has_data = self.fields(at, line)?;
        line.time = time;
        if has_data || !self.is_repeated(at) {
            return Some(has_data);
        }
        let mut once = *line;
        let behind = self.fields(self.field(at)? + 1, &mut once) == Some(true);
        if behind {
            *line = once;
        }
        Some(behind)
    }

    /// Host to message.
    #[inline(always)]
    fn fields(&self, at: usize, line: &mut Line<'a, T>) -> Option<bool> {
        let host_end = self.field(at)?;
        let process_end = self.field(host_end + 1)?;
        let pid_end = self.field(process_end + 1)?;
        let tag_at = pid_end + 1;
        if self.bytes.get(tag_at) == Some(&b'[')
            && let Some(without_pid) = self.without_pid([at, host_end, process_end, pid_end])
        {
            *line = without_pid;
            return Some(line.data.is_some());
        }
        let tag_end = find(self.bytes, tag_at, [b' ']).unwrap_or(self.bytes.len());
        if tag_end == tag_at {
            return None;
        }
        let at_data = tag_end + 1;
        let (data, message, has_data) = match self.bytes.get(at_data) {
            Some(b'[') => match self.data(at_data) {
                Some((data, end)) => (Some(data), self.unmarked(end + 1), true),
                None => (None, self.rest(at_data), false),
            },
            Some(b'-') if self.is_end_or_blank(at_data + 1) => (None, self.unmarked(at_data + 2), true),
            _ => (None, self.rest(at_data), false),
        };
        line.form = Form::Structured;
        line.host = nil(self.part(at, host_end));
        line.process = nil(self.part(host_end + 1, process_end));
        line.pid = nil(self.part(process_end + 1, pid_end));
        line.tag = nil(self.part(tag_at, tag_end));
        line.data = data;
        line.message = message;
        Some(has_data)
    }

    /// RFC 5424 without its PRI, or without its version, as files have it. Nothing announces it: time and structured data
    /// must be there, and what could be the words of another form is taken for that.
    #[inline]
    fn unannounced(&self, at: usize, has_version: bool, line: &mut Line<'a, T>) -> bool {
        let at = if has_version { at + 2 } else { at };
        // Before anything else is looked at: the `T` of the time.
        if !matches!(self.bytes.get(at + 10), Some(b'T' | b't')) {
            return false;
        }
        let mut read = *line;
        if self.structured(at, &mut read) != Some(true) {
            return false;
        }
        let process = read.process.map(T::as_line_bytes).unwrap_or_default();
        let pid = read.pid.map(T::as_line_bytes).unwrap_or_default();
        let is_sure = read.time.is_some_and(|(time, _)| time.utc_offset.is_some())
            && !process.ends_with(b":")
            && !process.contains(&b'[')
            && (has_version || read.data.is_some() || pid.iter().all(u8::is_ascii_digit));
        if is_sure {
            *line = read;
        }
        is_sure
    }

    /// Whether the word at `at`, a blank after it, is there twice.
    fn is_repeated(&self, at: usize) -> bool {
        let Some(word) = self.field(at).and_then(|end| self.bytes.get(at..=end)) else { return false };
        self.bytes.get(at + word.len()..).is_some_and(|rest| rest.starts_with(word))
    }

    /// A structured line of Junos without the field of the process ID: a tag and structured data, well formed or cut short,
    /// are in the place of ID and tag. The process may end with a colon.
    #[cold]
    fn without_pid(&self, [host_at, host_end, process_end, tag_end]: [usize; 4]) -> Option<Line<'a, T>> {
        if !is_tag(self.bytes.get(process_end + 1..tag_end)?, true) {
            return None;
        }
        let (data, message) = match self.data(tag_end + 1) {
            Some((data, end)) => (Some(data), self.unmarked(end + 1)),
            None => (None, self.rest(tag_end + 1)),
        };
        let glued = usize::from(self.bytes.get(process_end - 1) == Some(&b':') && process_end > host_end + 2);
        Some(Line {
            form: Form::StructuredWithoutPid,
            host: nil(self.part(host_at, host_end)),
            process: nil(self.part(host_end + 1, process_end - glued)),
            tag: Some(self.part(process_end + 1, tag_end)),
            data,
            message,
            ..self.line(self.bytes.len())
        })
    }

    /// Structured data that nothing is glued to, and its end.
    #[inline(always)]
    fn data(&self, at: usize) -> Option<(StructuredData<'a, T>, usize)> {
        let (first_end, end) = read_data(self.bytes, at)?;
        let data = StructuredData::checked(self.part(at, end), first_end - at);
        self.is_end_or_blank(end).then_some((data, end))
    }

    /// The end of the field at `at`, which has a blank after it and is not empty.
    #[inline(always)]
    fn field(&self, at: usize) -> Option<usize> {
        find(self.bytes, at, [b' ']).filter(|end| *end > at)
    }

    /// Everything else: what is after the PRI, if there is one.
    fn standard(&self, at: usize) -> Line<'a, T> {
        let Some(front) = self.time(at) else {
            return self.undated(at).unwrap_or_else(|| self.line(at));
        };
        let Front { sequence, time, host, end: at } = front;
        let line = |line| Line { form: Form::Standard, time: Some(time), sequence, ..line };
        if let Some(service) = self.service(at, at) {
            return Line { form: Form::Service, host, ..line(service) };
        }
        if host.is_some() || self.bytes.get(at) == Some(&b'%') {
            return Line {
                host,
                ..line(self.with_process(at, false).unwrap_or_else(|| self.any_message(at)))
            };
        }
        if let Some(message) = self.with_process(at, false) {
            // A Cisco device has no processes: its own name is there.
            return match message.process {
                Some(_) if message.pid.is_none() && is_mnemonic(message.message.as_line_bytes()) => {
                    line(Line { host: message.process, process: None, ..message })
                }
                _ => line(message),
            };
        }
        let host_end = find(self.bytes, at, [b' ']).unwrap_or(self.bytes.len());
        let repeated = self.bytes.get(at..).is_some_and(|rest| rest.starts_with(b"last message repeated "));
        if host_end == at || repeated {
            return line(self.line(at));
        }
        let host = Some(self.part(at, host_end));
        let behind = host_end + 1;
        if self.is_repeated(at)
            && let Some(message) = self.after_host(behind + behind - at)
        {
            return Line { host, ..line(message) };
        }
        let message = self.after_host(behind).unwrap_or_else(|| self.line(behind));
        let form = if message.form == Form::Service { Form::Service } else { Form::Standard };
        Line { form, host, ..line(message) }
    }

    /// The text after a host, if it is more than words.
    fn after_host(&self, at: usize) -> Option<Line<'a, T>> {
        if self.bytes.get(at..).is_some_and(|rest| rest.strip_prefix(b": ").is_some_and(is_mnemonic)) {
            return Some(self.line(at + 2));
        }
        self.service(at, at).or_else(|| self.with_process(at, false)).or_else(|| self.message(at))
    }

    fn any_message(&self, at: usize) -> Line<'a, T> {
        self.message(at).unwrap_or_else(|| self.line(at))
    }

    /// The time in front of a line, a colon after it perhaps, and what may be before it.
    fn time(&self, at: usize) -> Option<Front<'a, T>> {
        let front = |time_at: usize, sequence, host| {
            let is_starred = matches!(self.bytes.get(time_at), Some(b'*' | b'.'));
            let (time, end) = read_time(self.bytes, time_at + usize::from(is_starred))?;
            let text = self.part(time_at, end);
            let colon = usize::from(self.bytes.get(end) == Some(&b':'));
            let is_end = self.is_end_or_blank(end + colon);
            is_end.then(|| Front { sequence, time: (time, text), host, end: self.after_blanks(end + colon) })
        };
        if let Some(front) = front(at, None, None) {
            return Some(front);
        }
        let digits = self.bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_counted = digits > 0 && self.bytes.get(at + digits) == Some(&b':');
        let (sequence, at) = match is_counted {
            true => (Some(self.part(at, at + digits)), self.after_blanks(at + digits + 1)),
            // An empty one.
            false if self.bytes.get(at..at + 2) == Some(b": ") => (None, self.after_blanks(at + 2)),
            false => (None, at),
        };
        if let Some(front) = front(at, sequence, None) {
            return Some(front);
        }
        let host_end = find(self.bytes, at, [b' '])?.checked_sub(1).filter(|end| *end > at)?;
        let host = (self.bytes.get(host_end) == Some(&b':')).then(|| self.part(at, host_end))?;
        front(self.after_blanks(host_end + 1), sequence, Some(host))
    }

    fn after_blanks(&self, at: usize) -> usize {
        at + self.bytes.get(at..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count()
    }

    /// Without a time the process must be recognised by its ID or by the tag after it.
    fn undated(&self, at: usize) -> Option<Line<'a, T>> {
        if let Some(service) = self.service(at, at) {
            return Some(service);
        }
        let sure = |line: &Line<'a, T>| line.process.is_some() && (line.pid.is_some() || line.tag.is_some());
        if let Some(line) = self.with_process(at, true) {
            return match line.process {
                None => Some(Line { form: Form::Tagged, ..line }),
                Some(_) if sure(&line) => Some(Line { form: Form::Undated, ..line }),
                Some(_) => None,
            };
        }
        let is_host = self.bytes.get(at) != Some(&b'%');
        let host_end = find(self.bytes, at, [b' ']).filter(|end| *end > at && is_host)?;
        let line = self.with_process(host_end + 1, true).filter(sure)?;
        Some(Line { form: Form::Undated, host: Some(self.part(at, host_end)), ..line })
    }

    /// `process[pid]: `, `process[pid]:`, `process[pid] ` or `process: `, and the message; a tag alone, and the message.
    /// Without a colon the process ID is digits, and where `is_undated` a tag must follow.
    fn with_process(&self, at: usize, is_undated: bool) -> Option<Line<'a, T>> {
        let stop = find(self.bytes, at, [b' ', b':', b'[']).filter(|stop| *stop > at)?;
        if self.bytes.get(at) == Some(&b'%') {
            return self.message(at);
        }
        let mut has_colon = true;
        let (pid, message_at) = match self.bytes.get(stop)? {
            b'[' => {
                let close = find(self.bytes, stop + 1, [b']', b' ']).filter(|close| *close > stop + 1)?;
                let pid = self.part(stop + 1, close);
                let end = match self.bytes.get(close..)? {
                    [b']', b':', b' ', ..] => close + 3,
                    [b']', b':', ..] => close + 2,
                    [b']', b' ', ..] if pid.as_line_bytes().iter().all(u8::is_ascii_digit) => {
                        has_colon = false;
                        close + 2
                    }
                    _ => return None,
                };
                (Some(pid), end)
            }
            b':' if self.is_end_or_blank(stop + 1) => (None, stop + 2),
            _ => return None,
        };
        let name = self.part(at, stop);
        let behind = self.message(message_at);
        let has_tag = behind.is_some_and(|line| line.tag.is_some());
        if is_undated && !has_colon && !has_tag {
            return None;
        }
        // `TAG: ` has the shape of a process.
        if pid.is_none()
            && !has_tag
            && let Some(line) = self.message(at)
        {
            return Some(line);
        }
        let line = behind.unwrap_or_else(|| self.line(message_at));
        Some(Line { process: Some(name), pid, ..line })
    }

    /// A message with a tag, an explicit priority, or both.
    fn message(&self, at: usize) -> Option<Line<'a, T>> {
        let explicit = self.explicit_priority(at);
        let tag_at = explicit.map_or(at, |(_, end)| end);
        if let Some((_, end)) = explicit
            && self.bytes.get(end - 1) == Some(&b':')
        {
            let line = self.line(end + 1);
            return Some(Line { explicit_priority: explicit.map(|(priority, _)| priority), ..line });
        }
        let end = find(self.bytes, tag_at, [b':', b' '])?;
        let is_tag = self.bytes.get(end) == Some(&b':')
            && self.is_end_or_blank(end + 1)
            && is_tag(self.bytes.get(tag_at..end)?, explicit.is_none());
        is_tag.then(|| Line {
            explicit_priority: explicit.map(|(priority, _)| priority),
            tag: Some(self.part(tag_at, end)),
            ..self.line(end + 2)
        })
    }

    /// `%DAEMON-3-` in front of a tag, or `%DAEMON-3: ` in front of a message without one; the end is after it, of the
    /// latter after its colon.
    fn explicit_priority(&self, at: usize) -> Option<(Priority, usize)> {
        if self.bytes.get(at) != Some(&b'%') {
            return None;
        }
        let dash = find(self.bytes, at + 1, [b'-', b' '])?;
        let [b'-', digit @ b'0'..=b'7', end @ (b'-' | b':'), ..] = self.bytes.get(dash..)? else {
            return None;
        };
        let code = core::str::from_utf8(self.bytes.get(at + 1..dash)?).ok()?;
        let is_code = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let facility = Priority::facility_named(code).filter(|_| is_code)?;
        let priority = Priority::new(facility, digit - b'0')?;
        match end {
            b':' if !self.is_end_or_blank(dash + 3) => None,
            _ => Some((priority, dash + 3)),
        }
    }

    /// `(FPC Slot 5, PIC Slot 0) {set} [FWNAT]: ` and a message; the slots may be missing.
    fn service(&self, at: usize, message_at: usize) -> Option<Line<'a, T>> {
        let rest = self.bytes.get(at..)?;
        let set = if rest.starts_with(b"(FPC Slot ") {
            let close = find(self.bytes, at, [b')'])?;
            close + 1 + usize::from(self.bytes.get(close + 1) == Some(&b' '))
        } else {
            at
        };
        if self.bytes.get(set) != Some(&b'{') {
            return None;
        }
        let close = find(self.bytes, set, [b'}'])?;
        let open = close + 1 + usize::from(self.bytes.get(close + 1) == Some(&b' '));
        if self.bytes.get(open) != Some(&b'[') {
            return None;
        }
        let end = find(self.bytes, open, [b']'])? + 1;
        if self.bytes.get(end) != Some(&b':') {
            return None;
        }
        // A string may be in front of the tag.
        let mut tag = None;
        let mut word = end + 2;
        while let Some(stop) = find(self.bytes, word, [b' ', b':']) {
            let is_colon = self.bytes.get(stop) == Some(&b':') && self.is_end_or_blank(stop + 1);
            if is_colon && is_tag(self.bytes.get(word..stop)?, true) {
                tag = Some(self.part(word, stop));
            }
            if is_colon {
                break;
            }
            word = stop + 1;
        }
        Some(Line { form: Form::Service, service: Some(self.part(at, end)), tag, ..self.line(message_at) })
    }

    fn is_end_or_blank(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' '))
    }

    /// The place after the blank at `at`.
    fn blank(&self, at: usize) -> Option<usize> {
        (self.bytes.get(at) == Some(&b' ')).then_some(at + 1)
    }

    #[inline(always)]
    fn part(&self, start: usize, end: usize) -> &'a T {
        self.text.part(start..end)
    }

    #[inline(always)]
    fn rest(&self, at: usize) -> &'a T {
        self.part(at, self.bytes.len())
    }

    /// The rest without the byte order mark that says it is UTF-8 (RFC 5424, 6.4).
    #[inline(always)]
    fn unmarked(&self, at: usize) -> &'a T {
        let mark = "\u{FEFF}".as_bytes();
        let is_marked = self.bytes.get(at..).is_some_and(|rest| rest.starts_with(mark));
        self.rest(if is_marked { at + mark.len() } else { at.min(self.bytes.len()) })
    }

    /// A line of which nothing is known but its PRI and where its message begins.
    #[inline]
    fn line(&self, message_at: usize) -> Line<'a, T> {
        Line {
            form: Form::Message,
            priority: self.priority,
            explicit_priority: None,
            time: None,
            sequence: None,
            host: None,
            process: None,
            pid: None,
            tag: None,
            data: None,
            service: None,
            message: self.rest(message_at.min(self.bytes.len())),
        }
    }
}

/// The pieces of a line that are messages of their own: octet-counted frames (RFC 6587, 3.4.1), as a connection that was
/// written to a file has them one after the other without line ends. Any other line is one piece.
///
/// ```
/// use zems::syslog::split_frames;
///
/// assert!(split_frames(b"7 <13>one7 <13>two").eq([&b"7 <13>one"[..], b"7 <13>two"]));
/// assert!(split_frames(b"7 days").eq([&b"7 days"[..]]));
/// ```
pub fn split_frames(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    core::iter::from_fn(move || {
        let line = rest.take()?;
        let end =
            frame_len(line).filter(|end| line.get(*end..).is_some_and(|rest| frame_len(rest).is_some()));
        let (frame, behind) = line.split_at_checked(end.unwrap_or(line.len()))?;
        rest = (!behind.is_empty()).then_some(behind);
        Some(frame)
    })
}

/// The length of the octet-counted frame that a text begins with, its own digits included: `LENGTH <PRI>...`.
///
/// ```
/// assert_eq!(zems::syslog::frame_len(b"7 <13>one and more"), Some(9));
/// assert_eq!(zems::syslog::frame_len(b"7 days"), None);
/// ```
#[must_use]
pub fn frame_len(text: &[u8]) -> Option<usize> {
    let prefix = frame_prefix(text)?;
    let len = text.get(..prefix - 1)?.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    Some(prefix + len)
}

/// The digits and the blank in front of an octet-counted frame.
#[inline]
fn frame_prefix(text: &[u8]) -> Option<usize> {
    // MSG-LEN of RFC 6587; six digits are more than any receiver takes.
    let digits = text.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    let is_length =
        (1..=6).contains(&digits) && text.first() != Some(&b'0') && text.get(digits) == Some(&b' ');
    let behind = text.get(digits + 1..).filter(|_| is_length)?;
    read_priority(behind).0.map(|_| digits + 1)
}

/// The PRI, and the place where the line continues after it and the blanks that follow; in front of it a byte order mark and
/// the length of a frame are passed over.
#[inline]
fn read_front(bytes: &[u8]) -> (Option<Priority>, usize) {
    let start = match bytes {
        [b'<', ..] => 0,
        _ => {
            let mark = "\u{FEFF}".as_bytes();
            let start = if bytes.starts_with(mark) { mark.len() } else { 0 };
            start + bytes.get(start..).and_then(frame_prefix).unwrap_or(0)
        }
    };
    let (priority, len) = read_priority(bytes.get(start..).unwrap_or_default());
    let mut at = start + len;
    while priority.is_some() && bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    (priority, at)
}

/// `<27>` and its end. Leading zeros and numbers above 191 make it text.
#[inline]
fn read_priority(bytes: &[u8]) -> (Option<Priority>, usize) {
    let digit = |byte: u8| byte.wrapping_sub(b'0');
    let (number, end) = match *bytes {
        [b'<', a @ b'0'..=b'9', b'>', ..] => (u16::from(digit(a)), 3),
        [b'<', a @ b'1'..=b'9', b @ b'0'..=b'9', b'>', ..] => {
            (u16::from(digit(a)) * 10 + u16::from(digit(b)), 4)
        }
        [b'<', b'1', b @ b'0'..=b'9', c @ b'0'..=b'9', b'>', ..] => {
            (100 + u16::from(digit(b)) * 10 + u16::from(digit(c)), 5)
        }
        _ => return (None, 0),
    };
    match u8::try_from(number).ok().and_then(Priority::from_pri) {
        Some(priority) => (Some(priority), end),
        None => (None, 0),
    }
}

/// Whether a word is a tag: upper-case letters and digits, words joined by underscores (Junos System Log Messages
/// Reference 10.3, page 40). A word without an underscore is taken for one only after an explicit priority.
fn is_tag(word: &[u8], wants_underscore: bool) -> bool {
    word.first().is_some_and(u8::is_ascii_uppercase)
        && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
        && (!wants_underscore || word.contains(&b'_'))
}

/// Whether a message begins with `%FACILITY-SEVERITY-MNEMONIC:`, as those of Cisco devices do.
fn is_mnemonic(message: &[u8]) -> bool {
    let Some(word) = message.strip_prefix(b"%").and_then(|rest| rest.split(|byte| *byte == b':').next())
    else {
        return false;
    };
    let mut parts = word.split(|byte| *byte == b'-').rev();
    let is_name = |name: &[u8]| {
        let fits = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        !name.is_empty() && name.iter().all(fits)
    };
    let is_end = parts.next().is_some_and(is_name) && matches!(parts.next(), Some([b'0'..=b'7']));
    is_end && parts.next().is_some_and(is_name) && parts.all(is_name)
}

#[inline(always)]
fn nil<T: LineText + ?Sized>(field: &T) -> Option<&T> {
    (field.as_line_bytes() != b"-").then_some(field)
}

/// `re0` in `host-re0`.
fn node_at_end<T: LineText + ?Sized>(name: &T) -> Option<&T> {
    let bytes = name.as_line_bytes();
    let dash = bytes.iter().rposition(|byte| *byte == b'-')?;
    is_node(bytes.get(dash + 1..)?).then(|| name.part(dash + 1..bytes.len()))
}

/// `re0` in `re0-mgd`.
fn node_in_front<T: LineText + ?Sized>(name: &T) -> Option<&T> {
    let bytes = name.as_line_bytes();
    let dash = find(bytes, 0, [b'-'])?;
    is_node(bytes.get(..dash)?).then(|| name.part(0..dash))
}

fn is_node(word: &[u8]) -> bool {
    word.strip_prefix(b"re").is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}
