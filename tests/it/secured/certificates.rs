//! Certificates made for one test.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType};

/// An authority of the test's own.
pub(super) struct Authority {
    dir: PathBuf,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key, in files.
pub(super) struct Pair {
    pub(super) cert: PathBuf,
    pub(super) key: PathBuf,
}

impl Authority {
    /// A new one, which puts its files into `dir`.
    pub(super) fn new(dir: &Path) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self {
            dir: dir.to_owned(),
            issuer,
        }
    }

    /// Its own certificate, in a file.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.write(&format!("{name}.pem"), &self.issuer.pem())
    }

    /// A certificate for 127.0.0.1, which names `user`.
    pub(super) fn issue(&self, user: &str) -> Pair {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, user);
        let cert = params.signed_by(&key, &self.issuer).unwrap();
        Pair {
            cert: self.write(&format!("{user}.pem"), &cert.pem()),
            key: self.write(&format!("{user}.key"), &key.serialize_pem()),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}
