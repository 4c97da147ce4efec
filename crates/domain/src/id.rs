//! Ids of the service.

/// Whether a text is an id of the service: 24 hexadecimal digits (`Id` in tests/contract/openapi.yaml).
pub fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_24_hexadecimal_digits() {
        assert!(is_id("507f1f77bcf86cd799439023") && is_id("507F1F77BCF86CD799439023"));
        for text in
            ["", "acme-industries", "507f1f77bcf86cd79943902", "507f1f77bcf86cd799439023a", "507f1f77bcf86cd79943902g"]
        {
            assert!(!is_id(text), "{text}");
        }
    }
}
