//! TLS for both senders: whose certificates are accepted. Nothing is loaded before a receiver is named that needs it.

use core::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Options of connections with TLS.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "TLS")]
pub(crate) struct Args {
    /// Accept receivers whose certificate one of these authorities (PEM) has signed. Default: the authorities of this system.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// The certificates that cannot be used, in words.
#[derive(Debug)]
pub(crate) struct RootsError(String);

impl fmt::Display for RootsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The certificates of the authorities in a file, or of those of this system.
pub(crate) fn roots(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, RootsError> {
    match file {
        Some(file) => certificates(file),
        None => {
            let found = rustls_native_certs::load_native_certs();
            match found.errors.first() {
                _ if !found.certs.is_empty() => Ok(found.certs),
                Some(error) => {
                    Err(RootsError(format!("the system's certificates: {error}; name others with --ca")))
                }
                None => Err(RootsError(
                    "this system has no certificates of authorities: name them with --ca".to_owned(),
                )),
            }
        }
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, RootsError> {
    let wrong = |error: &dyn fmt::Display| RootsError(format!("--ca {}: {error}", file.display()));
    let all: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let all = all.map_err(|error| wrong(&error))?;
    if all.is_empty() {
        return Err(wrong(&"the file contains no certificate in PEM form"));
    }
    let mut store = RootCertStore::empty();
    all.iter().try_for_each(|certificate| store.add(certificate.clone())).map_err(|error| wrong(&error))?;
    Ok(all)
}

/// The name of a connection of our own.
pub(crate) fn client(roots: Vec<CertificateDer<'static>>) -> Result<Arc<ClientConfig>, RootsError> {
    let mut store = RootCertStore::empty();
    // A system's certificates may include some that are out of date in form.
    store.add_parsable_certificates(roots);
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| RootsError(error.to_string()))?;
    Ok(Arc::new(builder.with_root_certificates(store).with_no_client_auth()))
}

/// The cryptography.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
