use std::io::Write as _;

use super::*;

fn load(file: &str, flags: &[(&str, String)]) -> Result<Config, ConfigError> {
    let mut named = tempfile::NamedTempFile::new().unwrap();
    named.write_all(file.as_bytes()).unwrap();
    Config::load(Some(named.path()), flags)
}

#[test]
fn a_flag_beats_the_file_and_the_file_the_default() {
    let config = load(
        "[http]\nlisten = '127.0.0.1:1'\ngraphiql = false\n[ingest]\nlanes = 2",
        &[("http.listen", "127.0.0.1:2".to_owned())],
    );
    let config = config.unwrap();
    assert_eq!(config.http.listen.port(), 2);
    assert!(!config.http.graphiql);
    assert_eq!((config.ingest.lanes, config.ingest.batch), (2, 40));
}

#[test]
fn what_is_not_known_or_out_of_bounds_is_an_error_that_names_it() {
    for (file, named) in [
        ("[http]\nlisten_on = '127.0.0.1:1'", "listen_on"),
        ("[ingest]\nlanes = 0", "ingest.lanes"),
        ("[ingest]\nlease_s = 1", "ingest.lease_s"),
        ("[history]\nraw_days = 0", "history.raw_days"),
        ("[history]\nrollup_days = 6", "history.rollup_days"),
        ("[database]\nurl = 'mysql://x'", "database.url"),
        ("[nats]\nurl = '::'", "nats.url"),
        ("[auth]\njwks_refresh_s = 1", "auth.jwks_refresh_s"),
        ("nonsense = 1", "nonsense"),
    ] {
        let error = load(file, &[]).unwrap_err().to_string();
        assert!(error.contains(named), "{file}: {error}");
    }
}

#[test]
fn a_short_or_missing_secret_is_refused() {
    let config = load("", &[]).unwrap();
    assert!(matches!(config.auth.settings(), Err(ConfigError::NoSecret)));
    let config = load("[auth]\nhs256_secret = 'short'", &[]).unwrap();
    assert!(matches!(
        config.auth.settings(),
        Err(ConfigError::ShortSecret(5))
    ));
}

#[test]
fn published_keys_come_from_one_place_that_can_be_trusted() {
    let told = |lines: &str| {
        let config = load(&format!("[auth]\n{lines}"), &[]).unwrap();
        config
            .auth
            .settings()
            .map(drop)
            .map_err(|error| error.to_string())
    };
    for url in [
        "https://id.example/keys",
        "http://127.0.0.1:1/keys",
        "http://localhost/keys",
    ] {
        assert_eq!(told(&format!("jwks_url = '{url}'")), Ok(()), "{url}");
    }
    for url in [
        "http://id.example/keys",
        "file:///etc/keys",
        "keys.json",
        "http://localhost.evil.example/",
    ] {
        let error = told(&format!("jwks_url = '{url}'")).unwrap_err();
        assert!(error.starts_with("auth.jwks_url must be"), "{url}: {error}");
    }
    let error = told("jwks_url = 'https://id.example/keys'\njwks_file = 'keys.json'").unwrap_err();
    assert_eq!(error, "set auth.jwks_file or auth.jwks_url, not both");
    let error = told("jwks_file = 'not/there.json'").unwrap_err();
    assert_eq!(error, "reading the keys for tokens from not/there.json");
}

#[test]
fn what_is_printed_can_be_read_back_and_shows_no_secret() {
    let config = load(
        "[auth]\nhs256_secret = 'a secret of more than thirty-two bytes'\n\
         jwks_url = 'https://u:geheim@id.example/keys?key=geheim'\n\
         [database]\nurl = 'postgres://u:geheim@h/d'",
        &[],
    );
    let printed = config.unwrap().redacted().unwrap();
    assert!(
        !printed.contains("geheim") && !printed.contains("thirty"),
        "{printed}"
    );
    load(&printed, &[]).unwrap();
}
