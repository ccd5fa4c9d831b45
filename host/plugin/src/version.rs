//! Ranges of Go module versions.

use semver::{BuildMetadata, Prerelease, Version, VersionReq};

/// A range such as `>=9.0, <10`; the empty range matches any version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range(VersionReq);

impl Range {
    /// Reads a range.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self(VersionReq::STAR));
        }
        VersionReq::parse(text)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Whether a module version as the go command prints it (`v9.23.0`) is in the range.
    ///
    /// Whoever writes `>=9.0, <10` means an API, not a moment in time, so a pre-release counts as the
    /// release it leads to: `v9.0.0-rc.1` is in, `v10.0.0-beta.1` is not, and so do pseudo-versions
    /// that follow a tag (`v9.3.1-0.20240101000000-0123456789ab`). A pseudo-version without a tag
    /// (`v9.0.0-20240101000000-0123456789ab`: a fork, a folder by `replace`) tells the major version
    /// only, and is taken for the newest of it.
    pub fn contains(&self, module_version: &str) -> bool {
        if self.0 == VersionReq::STAR {
            return true;
        }
        let Some(mut version) = parse(module_version) else {
            return false;
        };
        let untagged = is_untagged(&version);
        version.pre = Prerelease::EMPTY;
        version.build = BuildMetadata::EMPTY;
        if !untagged {
            return self.0.matches(&version);
        }
        // A module path without a major suffix is that of v0 and v1.
        let majors = if version.major == 0 {
            0..=1
        } else {
            version.major..=version.major
        };
        majors
            .into_iter()
            .any(|major| self.0.matches(&Version::new(major, NEWEST, NEWEST)))
    }
}

/// Above any real number, below what overflows in comparisons.
const NEWEST: u64 = u64::MAX / 2;

fn parse(module_version: &str) -> Option<Version> {
    Version::parse(module_version.strip_prefix('v')?).ok()
}

/// The first form of pseudo-versions: <https://go.dev/ref/mod#pseudo-versions>.
fn is_untagged(version: &Version) -> bool {
    let Some((time, revision)) = version.pre.split_once('-') else {
        return false;
    };
    (version.minor, version.patch) == (0, 0)
        && time.len() == "yyyymmddhhmmss".len()
        && time.bytes().all(|b| b.is_ascii_digit())
        && revision.len() == 12
        && revision.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_ranges() {
        let cases = [
            (">=9.0, <10", "v9.0.0", true),
            (">=9.0, <10", "v9.23.4", true),
            (">=9.0, <10", "v8.11.5", false),
            (">=9.0, <10", "v10.0.0", false),
            (">=9.0, <10", "v9.0.0-rc.1", true),
            (">=9.0, <10", "v10.0.0-beta.1", false),
            (">=9.0, <10", "v9.3.1-0.20240101000000-0123456789ab", true),
            (">=9.1, <10", "v9.0.0-20240101000000-0123456789ab", true),
            (">=10", "v9.0.0-20240101000000-0123456789ab", false),
            (">=1.2, <2", "v0.0.0-00010101000000-000000000000", true),
            (">=0.3, <1", "v0.0.0-20240101000000-0123456789ab", true),
            (">=2", "v0.0.0-20240101000000-0123456789ab", false),
            (">=3, <5", "v4.0.0+incompatible", true),
            ("1.2", "v1.9.0", true),
            ("=1.2.3", "v1.2.4", false),
            ("", "v1.2.3", true),
            ("", "", true),
            (">=1", "", false),
            (">=1", "1.0.0", false),
        ];
        for (range, version, expected) in cases {
            assert_eq!(
                Range::parse(range).unwrap().contains(version),
                expected,
                "{version} in {range}"
            );
        }
    }

    #[test]
    fn a_range_that_is_none() {
        assert!(Range::parse("newest").is_err());
        assert!(Range::parse(">=v1.2").is_err());
    }
}
