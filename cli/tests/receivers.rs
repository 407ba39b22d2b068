//! Receivers and proxies from Debian's packages: nginx, HAProxy, syslog-ng and rsyslog. `.ci/run` installs them; a test whose program
//! is not installed says that it is skipped.

use core::time::Duration;
use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use crate::delivery::{
    assert_none_is_missing, certificate, events, imported, lines, long_events, messages, receiver, said, zems,
};
use crate::support::{Running, free_port, installed, lines_of, scratch, unpacked};

/// As Debian installs it, nginx refuses requests of 1 MiB and more.
#[test]
fn nginx_in_front_of_a_receiver_refuses_nothing() {
    let Some(nginx) = installed("nginx", "nginx-light") else { return };
    let directory = scratch("nginx");
    let events = long_events(&directory, 300, 3500);
    let (address, taken) =
        receiver(None, |_, _| b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec());
    let port = free_port();
    for (limit, name) in [("", "default.conf"), ("client_max_body_size 50k;", "small.conf")] {
        taken.lock().unwrap().clear();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|what| format!("{what}_temp_path {what};"));
        let configuration = format!(
            "daemon off; pid nginx.pid; error_log nginx.err; events {{ worker_connections 64; }}\n\
             http {{ access_log off; {} {limit}\n\
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{address}; }} }} }}\n",
            temporary.concat()
        );
        fs::write(directory.join(name), configuration).unwrap();
        let mut command = Command::new(&nginx);
        command.arg("-p").arg(&directory).arg("-c").arg(name).arg("-e").arg("nginx.err");
        let _nginx = Running::listening(&mut command, port);
        let ran =
            zems(&["decode", "--otlp-to", &format!("http://127.0.0.1:{port}"), &events]).output().unwrap();
        assert!(ran.status.success(), "{}", said(&ran));
        assert!(said(&ran).contains("300 taken, 0 refused"), "{}", said(&ran));
        let back = directory.join("back.bin").display().to_string();
        fs::write(&back, imported(&directory, &taken.lock().unwrap())).unwrap();
        assert!(messages(&back, "bsd") == messages(&events, "bsd"));
    }
}

/// HAProxy, which forwards a port to this address.
fn forwarding(haproxy: &Path, directory: &Path, front: u16, back: &str) -> Running {
    let configuration = format!(
        "global\n maxconn 100\ndefaults\n mode tcp\n timeout connect 2s\n timeout client 60s\n timeout server 60s\n\
         frontend f\n bind 127.0.0.1:{front}\n default_backend b\nbackend b\n server s {back}\n"
    );
    let path = directory.join("haproxy.cfg");
    fs::write(&path, configuration).unwrap();
    Running::listening(Command::new(haproxy).arg("-db").arg("-f").arg(path), front)
}

/// HAProxy accepts connections while it tries to reach its receiver, and ends them when it gives up, 3 seconds later.
#[test]
fn haproxy_in_front_of_a_receiver_that_is_away_loses_nothing() {
    let Some(haproxy) = installed("haproxy", "haproxy") else { return };
    let directory = scratch("haproxy-away");
    let events = events(&directory, 500);
    let (front, back) = (free_port(), free_port());
    let _haproxy = forwarding(&haproxy, &directory, front, &format!("127.0.0.1:{back}"));
    let all = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&all);
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(5));
        for stream in TcpListener::bind(("127.0.0.1", back)).unwrap().incoming() {
            let mut bytes = Vec::new();
            let _ = stream.unwrap().read_to_end(&mut bytes);
            kept.lock().unwrap().push(bytes);
        }
    });
    let to = format!("tcp://127.0.0.1:{front}");
    let ran = zems(&["decode", "--framing", "newline", "--syslog-to", &to, &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    let received = lines(&all.lock().unwrap());
    assert_none_is_missing(received, messages(&events, "rfc5424"), &said(&ran));
}

/// A receiver behind HAProxy reads 20 MB a second and goes away again and again, with bytes unread.
#[test]
fn haproxy_in_front_of_a_receiver_that_restarts_loses_nothing() {
    let Some(haproxy) = installed("haproxy", "haproxy") else { return };
    let directory = scratch("haproxy");
    let events = events(&directory, 30_000);
    let (front, listener) = (free_port(), TcpListener::bind("127.0.0.1:0").unwrap());
    let back = listener.local_addr().unwrap();
    let all = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&all);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            // 3 to 150 ms of reading, in an order that looks like none.
            let life = Duration::from_millis(u64::try_from(number * 67 % 148 + 3).unwrap());
            let end = (number < 20).then(|| Instant::now() + life);
            let (mut bytes, mut piece) = (Vec::new(), [0; 20_000]);
            stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
            while end.is_none_or(|end| Instant::now() < end) {
                match stream.read(&mut piece) {
                    Ok(0) => break,
                    Ok(count) => bytes.extend_from_slice(&piece[..count]),
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(_) => break,
                }
                thread::sleep(Duration::from_millis(1));
            }
            kept.lock().unwrap().push(bytes);
        }
    });
    let _haproxy = forwarding(&haproxy, &directory, front, &back.to_string());
    let to = format!("tcp://127.0.0.1:{front}");
    let ran = zems(&["decode", "--framing", "newline", "--syslog-to", &to, &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("connection lost"), "{}", said(&ran));
    let received = lines(&all.lock().unwrap());
    assert_none_is_missing(received, messages(&events, "rfc5424"), &said(&ran));
}

/// Over TLS, and over the local socket, where messages come apart into tag, process ID and text.
#[test]
fn syslog_ng_gets_every_message() {
    let Some(program) = installed("syslog-ng", "syslog-ng-core") else { return };
    let directory = scratch("syslog-ng");
    let events = events(&directory, 2000);
    let (ca, _) = certificate(&directory);
    let (port, at) = (free_port(), directory.display());
    let configuration = format!(
        r#"@version: 3.38
options {{ keep-hostname(yes); }};
source tls {{ network(ip("127.0.0.1") port({port}) transport("tls") log-msg-size(65536) flags(no-parse)
  tls(key-file("{at}/key.pem") cert-file("{ca}") peer-verify(optional-untrusted))); }};
source local {{ unix-dgram("{at}/socket"); }};
log {{ source(tls); destination {{ file("{at}/received" template("${{MSG}}\n")); }}; }};
log {{ source(local); destination {{ file("{at}/parts" template("${{PROGRAM}}[${{PID}}]: ${{MSG}}\n")); }}; }};
"#
    );
    fs::write(directory.join("conf"), configuration).unwrap();
    let mut command = Command::new(&program);
    command.env("LD_LIBRARY_PATH", unpacked("usr/lib/syslog-ng"));
    if let Some(modules) = fs::read_dir(unpacked("usr/lib/syslog-ng"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.is_dir())
    {
        command.arg("--module-path").arg(modules);
    }
    command.arg("-F").arg("--no-caps").arg("-f").arg(directory.join("conf"));
    for (option, name) in [("-R", "persist"), ("-p", "pid"), ("-c", "control")] {
        command.arg(option).arg(directory.join(name));
    }
    let _running = Running::listening(&mut command, port);
    let to = format!("tls://127.0.0.1:{port}");
    let ran =
        zems(&["decode", "--framing", "newline", "--syslog-to", &to, "--ca", &ca, &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("2000 sent, 0 waiting, 0 connections lost"), "{}", said(&ran));
    assert!(lines_of(&directory.join("received"), 2000) == messages(&events, "rfc5424"));

    let to = format!("unix://{}", directory.join("socket").display());
    let ran = zems(&["decode", "--limit", "100", "--syslog-to", &to, &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    assert_parts(&lines_of(&directory.join("parts"), 100), &messages(&events, "local"));
}

#[test]
fn rsyslog_gets_every_message_over_tls_and_the_local_socket() {
    let Some(program) = installed("rsyslogd", "rsyslog rsyslog-openssl") else { return };
    let directory = scratch("rsyslog-tls");
    let events = events(&directory, 2000);
    let (ca, _) = certificate(&directory);
    let (port, plain, at) = (free_port(), free_port(), directory.display());
    let has_tls = Path::new("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so").is_file();
    let tls = if has_tls {
        r#"streamdriver.name="ossl" streamdriver.mode="1" streamdriver.authmode="anon""#
    } else {
        ""
    };
    let configuration = format!(
        r#"global(workDirectory="{at}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"
  defaultNetstreamDriverCAFile="{ca}" defaultNetstreamDriverCertFile="{ca}" defaultNetstreamDriverKeyFile="{at}/key.pem")
main_queue(queue.type="Direct")
module(load="imtcp" {tls})
module(load="imptcp")
module(load="imuxsock" sysSock.use="off")
template(name="raw" type="string" string="%rawmsg%\n")
template(name="parts" type="string" string="%syslogtag%%msg%\n")
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="tcp")
input(type="imptcp" address="127.0.0.1" port="{plain}" ruleset="tcp")
input(type="imuxsock" socket="{at}/socket" usepidfromsystem="off" ratelimit.interval="0" ruleset="local")
ruleset(name="tcp") {{ action(type="omfile" file="{at}/received" template="raw") }}
ruleset(name="local") {{ action(type="omfile" file="{at}/parts" template="parts") }}
"#
    );
    fs::write(directory.join("conf"), configuration).unwrap();
    let mut command = Command::new(program);
    command.arg("-n").arg("-f").arg(directory.join("conf")).arg("-i").arg(directory.join("pid"));
    let _running = Running::listening(&mut command, plain);
    if has_tls {
        let to = format!("tls://127.0.0.1:{port}");
        let ran = zems(&["decode", "--syslog-to", &to, "--ca", &ca, &events]).output().unwrap();
        assert!(ran.status.success(), "{}", said(&ran));
        assert!(said(&ran).contains("2000 sent, 0 waiting, 0 connections lost"), "{}", said(&ran));
        assert!(lines_of(&directory.join("received"), 2000) == messages(&events, "rfc5424"));
    } else {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "SKIPPED: rsyslog over TLS (apt-get install rsyslog-openssl)");
    }
    let to = format!("unix://{}", directory.join("socket").display());
    let ran = zems(&["decode", "--limit", "100", "--syslog-to", &to, &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    assert_parts(&lines_of(&directory.join("parts"), 100), &messages(&events, "local"));
}

/// `tag[pid]: text`, whose parts the receiver has distinguished.
fn assert_parts(parts: &[String], sent: &[String]) {
    assert_eq!(parts.len(), 100);
    for (part, line) in parts.iter().zip(sent) {
        // `<PRI>Jan  1 00:00:00 `
        let (_, sent) = line.split_once(":00:0").unwrap();
        let sent = sent.split_once(' ').unwrap().1;
        assert_eq!(part.replace("[]", ""), sent);
    }
}
