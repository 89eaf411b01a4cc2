use crate::found;

/// Nothing of these kinds may be found in ordinary text.
fn check(text: &str, families: &[&str]) {
    let loud: Vec<String> =
        found(text).into_iter().filter(|hit| families.iter().any(|family| hit.starts_with(family))).collect();
    assert!(loud.is_empty(), "{loud:?} in {text}");
}

#[test]
fn ordinary_prose() {
    for text in [
        "Write a birthday greeting for our newsletter",
        "Summarise the public report on renewable energy published in March 2024, in 3 bullet points of 20 words.",
        "The meeting on 2024-11-22 starts at 09:30 in room 4.12; bring the 2 reports (pages 10-15) and 3 chairs.",
        "Version 10.4.2.1 fixes 17 issues, see section 4.3.2.1. Build 20241122.1 is out since 22/11/2024.",
        "What are the symptoms of diabetes, and how is metformin dosed? Patients with asthma should see a doctor.",
        "Our policy: passwords must have 12 characters. Never share your password. The password is required.",
        "Bitcoin rose 4.5% to 67,123.45 dollars on 1 March; the index closed at 5,123.69 after 3 days.",
        "Order 4500012345 of invoice 2024-000123 ships with tracking number 1234567890123 on Monday.",
        "Microsoft completed its acquisition of GitHub in 2018. Revenue grew 12 % according to the annual report.",
        "Please keep this confidential: the surprise party is on Friday.",
        "ISBN 978-3-16-148410-0, DOI 10.1000/182, RFC 7519, ISO 13616, CVE-2024-12345, arXiv:2401.01234.",
        "The coordinates are 47.4979, 19.0402 and the checksum is d41d8cd98f00b204e9800998ecf8427e.",
    ] {
        check(text, &["pii", "phi", "financial", "secret", "source_code", "strategy", "attack", "marking"]);
    }
}

#[test]
fn source_code_and_its_comments() {
    for text in [
        "// Returns the token of the current user, or null. See https://example.com:8080/docs@v1.2.3 for details.\nreturn token;",
        "let password = prompt_password(\"Password: \")?;\nlet secret = env::var(\"CLIENT_SECRET\")?;",
        "uuid = \"550e8400-e29b-41d4-a716-446655440000\"\ncolor = \"#ff00aa\"\nsha256 = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        "@Override public String getPassword() { return this.password; }",
        "const TOKEN_URL = 'https://auth.example.org/oauth/token';\nconst tokenType = 'access_token';",
        "date = 1985-04-12T10:00:00Z\nport = 5432\nretry = 1000000000\nid = 1234567890",
        "api_key: ${{ secrets.API_KEY }}\npassword: \"{{ vault_password }}\"\ntoken: !Ref Token",
        "std::net::Ipv4Addr::new(127, 0, 0, 1); // 0.0.0.0 and ::1, 192.0.2.1, 10.0.0.0/8",
        "npm install lodash@4.17.21 @types/node@20.1.0 react@latest",
    ] {
        check(text, &["pii", "phi", "financial", "secret", "strategy", "attack"]);
    }
}

#[test]
fn data_is_not_source_code() {
    for text in [
        "{\n  \"name\": \"x\",\n  \"version\": \"1.0.0\",\n  \"tags\": [\"a\", \"b\"],\n  \"nested\": {\"deep\": true}\n}",
        "name,department,year\nAnn,Sales,2019\nBob,IT,2020\nCarol,Legal,2021",
        "name: demo\non: push\njobs:\n  build:\n    runs-on: linux\n    steps:\n      - name: x",
        "# Title\n\nSome *Markdown* with a [link](https://example.com) and a list:\n\n- one\n- two\n\n1. first\n2. second",
        "2024-11-22 10:00:01 INFO server started (port=8080)\n2024-11-22 10:00:02 WARN slow request; took 3 s",
        "Dear Ms Lee,\n\nThank you for your letter (of 3 May); we will return it.\n\nBest regards,\nTom",
    ] {
        check(text, &["source_code"]);
    }
}
