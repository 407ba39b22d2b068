//! Addresses of receivers. No message shows a user, a password or a query of one.

use core::fmt;
use core::str::FromStr;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::percent_decode_str;
use ureq::http::{HeaderValue, Uri};

/// Where a receiver of messages listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp(String),
    /// The name that the certificate must have, and host and port.
    Tls(String, String),
    Udp(String),
    Unix(PathBuf),
}

/// The port of syslog over TCP and UDP.
const SYSLOG: u16 = 514;
/// The port of syslog over TLS (RFC 5425).
const SYSLOG_TLS: u16 = 6514;

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORMS: &str = "an address is tcp://HOST:PORT, tls://HOST:PORT, udp://HOST:PORT or unix:///PATH";
        let (scheme, rest) = text.split_once("://").ok_or(FORMS)?;
        match scheme {
            "tcp" => host_and_port(rest, SYSLOG).map(|(host, port)| Self::Tcp(format!("{host}:{port}"))),
            "udp" => host_and_port(rest, SYSLOG).map(|(host, port)| Self::Udp(format!("{host}:{port}"))),
            "tls" => host_and_port(rest, SYSLOG_TLS).map(|(host, port)| {
                let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
                Self::Tls(name, format!("{host}:{port}"))
            }),
            "unix" if cfg!(unix) && !rest.is_empty() => Ok(Self::Unix(PathBuf::from(rest))),
            _ => Err(FORMS.to_owned()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host) => write!(f, "tcp://{host}"),
            Self::Tls(_, host) => write!(f, "tls://{host}"),
            Self::Udp(host) => write!(f, "udp://{host}"),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

/// The host, with the brackets of an IPv6 address, and the port of `HOST:PORT` or `HOST`.
fn host_and_port(text: &str, default: u16) -> Result<(&str, u16), String> {
    if text.contains('@') {
        return Err("the address of a receiver has no user and no password".to_owned());
    }
    let (host, port) = match text.rsplit_once(':') {
        // The colons of `[::1]` are not a port.
        Some((host, port)) if !port.ends_with(']') => (host, port_number(port)?),
        _ => (text, default),
    };
    let is_bracketed = host.starts_with('[') && host.ends_with(']');
    match host {
        "" => Err("the address names no host".to_owned()),
        _ if host.contains(':') && !is_bracketed => {
            Err(format!("{text:?} is not HOST:PORT: write an IPv6 address in brackets, [::1]:514"))
        }
        _ if host.contains(['/', '?', '#', ' ']) => Err(format!("{text:?} is not HOST:PORT")),
        _ => Ok((host, port)),
    }
}

fn port_number(text: &str) -> Result<u16, String> {
    let number = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match number.and_then(|text| text.parse().ok()) {
        Some(0) | None => Err(format!("{text:?} is not a port: a port is a number from 1 to 65535")),
        Some(port) => Ok(port),
    }
}

/// Where a receiver of OTLP listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// With the path and the query, without user and password.
    pub(crate) address: String,
    /// The same without the query, for messages.
    pub(crate) name: String,
    pub(crate) is_tls: bool,
    /// The header that says user and password.
    pub(crate) authorization: Option<HeaderValue>,
}

/// The path of logs, if an address has no path.
const LOGS: &str = "/v1/logs";

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str = "the address of a receiver is http://HOST:4318 or https://HOST:4318";
        // The parser's own message could show the password.
        let uri: Uri = text.parse().map_err(|_| FORM)?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or(FORM)?;
        let authority = uri.authority().ok_or(FORM)?.as_str();
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let is_tls = scheme == "https";
        host_and_port(host, if is_tls { 443 } else { 80 })?;
        let path = Some(uri.path()).filter(|path| *path != "/").unwrap_or(LOGS);
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let name = format!("{scheme}://{host}{path}");
        let authorization = user.map(authorization).transpose()?;
        Ok(Self { address: format!("{name}{query}"), name, is_tls, authorization })
    }
}

fn authorization(user: &str) -> Result<HeaderValue, String> {
    let decoded: Vec<u8> = percent_decode_str(user).collect();
    let value = HeaderValue::try_from(format!("Basic {}", BASE64.encode(decoded)));
    let mut value = value.map_err(|_| "the user of the address cannot be sent")?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, address) in [
            ("tcp://localhost:514", Address::Tcp("localhost:514".to_owned())),
            ("tcp://log.example", Address::Tcp("log.example:514".to_owned())),
            ("tls://log.example", Address::Tls("log.example".to_owned(), "log.example:6514".to_owned())),
            ("tls://[::1]:7000", Address::Tls("::1".to_owned(), "[::1]:7000".to_owned())),
            ("udp://[::1]:10514", Address::Udp("[::1]:10514".to_owned())),
            ("udp://[::1]", Address::Udp("[::1]:514".to_owned())),
            ("unix:///dev/log", Address::Unix("/dev/log".into())),
        ] {
            assert_eq!(text.parse().as_ref(), Ok(&address), "{text}");
            assert_eq!(address.to_string().parse(), Ok(address), "{text}");
        }
        for text in [
            "localhost:514",
            "http://x",
            "tcp://x:port",
            "tcp://x:0",
            "tcp://x:+514",
            "tcp://x:65536",
            "tcp://x:",
            "tcp://x/y",
            "tcp://::1",
            "udp://:514",
            "unix://",
            "tcp://",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn receivers_have_a_path() {
        for (text, expected) in [
            ("http://localhost:4318", "http://localhost:4318/v1/logs"),
            ("https://localhost:4318/", "https://localhost:4318/v1/logs"),
            ("http://[::1]:4318", "http://[::1]:4318/v1/logs"),
            ("http://h/otlp/v1/logs?x=1", "http://h/otlp/v1/logs?x=1"),
        ] {
            assert_eq!(text.parse::<Url>().map(|url| url.address).as_deref(), Ok(expected));
        }
        for text in [
            "h:4318",
            "ftp://h",
            "",
            "http://",
            "http://h:99999",
            "http://h:0",
            "http://h:",
            "http://h:4318x",
            "http://:4318",
            "https://u:p@h:70000",
        ] {
            assert!(text.parse::<Url>().is_err(), "{text}");
        }
    }

    #[test]
    fn credentials_are_sent_and_not_shown() {
        let url: Url = "http://us%20er:s3cret@h:4318/v1/logs?key=t0ken".parse().unwrap();
        assert_eq!(url.address, "http://h:4318/v1/logs?key=t0ken");
        assert_eq!(url.name, "http://h:4318/v1/logs");
        assert_eq!(url.authorization.unwrap(), format!("Basic {}", BASE64.encode("us er:s3cret")));
        for text in [
            "http://user:s3cret@h:99999",
            "http://user:s3cret@",
            "ftp://user:s3cret@h",
            "http://user:s3cret@h:x y",
        ] {
            let said = text.parse::<Url>().unwrap_err();
            assert!(!said.contains("s3cret"), "{said}");
        }
        let said = "tcp://user:s3cret@h:514".parse::<Address>().unwrap_err();
        assert!(!said.contains("s3cret"), "{said}");
    }
}
