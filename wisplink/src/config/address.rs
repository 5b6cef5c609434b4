//! An address that may hold a password. It is shown without.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A server's URL.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// The URL, password and all: for the one who connects.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Address {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

impl From<String> for Address {
    fn from(url: String) -> Self {
        Self(url)
    }
}

/// With `***` for what stands behind the user's name, and for anything that may be secret among the
/// parameters: those of PostgreSQL and NATS are known, those of other servers are not.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (url, parameters) = self.0.split_once('?').unwrap_or((&self.0, ""));
        match (url.split_once("://"), url.rsplit_once('@')) {
            (Some((scheme, _)), Some((user, host))) => {
                let user = user.split_once("://").map_or(user, |(_, user)| user);
                match user.split_once(':') {
                    Some((name, _)) => write!(f, "{scheme}://{name}:***@{host}")?,
                    // NATS takes a token in the user's place.
                    None if scheme == "nats" || scheme == "tls" => {
                        write!(f, "{scheme}://***@{host}")?;
                    }
                    None => f.write_str(url)?,
                }
            }
            _ => f.write_str(url)?,
        }
        let known = !url.starts_with("http");
        if parameters.to_ascii_lowercase().contains("password") || !(known || parameters.is_empty())
        {
            f.write_str("?***")?;
        } else if !parameters.is_empty() {
            write!(f, "?{parameters}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for (url, shown) in [
            ("postgres://u:geheim@h:5432/d", "postgres://u:***@h:5432/d"),
            (
                "postgres://u:p@ss@h/d?sslmode=disable",
                "postgres://u:***@h/d?sslmode=disable",
            ),
            ("postgres://u@h/d", "postgres://u@h/d"),
            (
                "postgres://h/d?user=u&password=geheim",
                "postgres://h/d?***",
            ),
            ("https://u:p@h/keys?key=geheim", "https://u:***@h/keys?***"),
            ("https://h/keys", "https://h/keys"),
            ("nats://token@h:4222", "nats://***@h:4222"),
            ("nats://127.0.0.1:4222", "nats://127.0.0.1:4222"),
        ] {
            assert_eq!(format!("{:?}", Address::from(url)), shown);
        }
    }
}
