//! Folds text for search: texts that people take for the same, or type instead of each other, become equal. Identity is
//! never decided by it (module `email_address`).

use icu_properties::CodePointSetData;
use icu_properties::props::Dash;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::invisible::is_invisible;

/// The text in lower case without accents and other marks: `Ñandú` becomes `nandu`. Compatibility forms are unified
/// (NFKD), and letters that Unicode does not decompose (`ø`, `ł`) become the letters people type instead. All dashes
/// become hyphens. Apostrophes and invisible characters are dropped, but white space stays.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Appends the folded text.
pub(crate) fn fold_into(folded: &mut String, text: &str) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'`')) {
        let length_before = folded.len();
        folded.push_str(text);
        folded[length_before..].make_ascii_lowercase();
        return;
    }
    // NFKD can turn a dropped character into others, such as an acute accent into a space with a mark, or create one.
    let kept = text.chars().filter(|c| !is_dropped(*c)).nfkd().filter(|c| !is_combining_mark(*c) && !is_dropped(*c));
    kept.flat_map(char::to_lowercase).for_each(|letter| match replacement_for(letter) {
        Some(replacement) => folded.push_str(replacement),
        None => folded.push(unified(letter)),
    });
}

/// Whether a character does not count: apostrophes, which are typed in many ways or left out (O'Brien), the stroke that
/// only stretches an Arabic word, and invisible characters.
fn is_dropped(c: char) -> bool {
    match c {
        '\'' | '`' | '´' | 'ʹ'..='ʿ' | 'ˈ' | 'ˊ' | 'ˋ' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '′' | '‵' => {
            true
        }
        // Armenian, Hebrew and Greek apostrophes, and the letter saltillo.
        '՚' | '\u{5f3}' | '\u{1fbd}' | '\u{1fbf}' | '\u{1fef}' | '\u{1ffd}' | '\u{1ffe}' | 'Ꞌ' | 'ꞌ' => true,
        'ـ' => true,
        ' '..='~' => false,
        _ => is_invisible(c) && !c.is_whitespace(),
    }
}

/// What people type instead of a letter that has no Unicode decomposition.
fn replacement_for(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' | 'ɗ' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ə' => "e",
        'ŋ' => "n",
        'ɓ' => "b",
        'ƙ' => "k",
        'ƴ' => "y",
        'ς' => "σ",
        'ґ' => "г",
        // Arabic and Persian keyboards have different letters of the same form.
        'ى' | 'ی' | 'ې' => "ي",
        'ک' | 'ڪ' => "ك",
        'ة' | 'ە' | 'ہ' | 'ھ' | 'ۃ' => "ه",
        'ٱ' => "ا",
        _ => return None,
    })
}

/// The common form of the characters of a series: hyphens, digits and kana.
fn unified(letter: char) -> char {
    match letter {
        '\0'..='~' => letter,
        // Katakana to Hiragana.
        'ァ'..='ヶ' => char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
        _ if CodePointSetData::new::<Dash>().contains(letter) => '-',
        _ => digit(letter).unwrap_or(letter),
    }
}

/// The ASCII digit for an Arabic, Persian, Devanagari, Bengali or Thai digit.
fn digit(letter: char) -> Option<char> {
    let value = |zero: &u32| u32::from(letter).checked_sub(*zero).filter(|value| *value < 10);
    let value = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50].iter().find_map(value)?;
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_accents_and_compatibility_forms() {
        for (text, folded) in [
            ("Owner@Example.COM", "owner@example.com"),
            ("Ñandú", "nandu"),
            ("e\u{301}LODIE Müller", "elodie muller"),
            ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
            ("Łukasz Sørensen Đorđe", "lukasz sorensen dorde"),
            ("Straße STRASSE ẞ", "strasse strasse ss"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("Ｊｏｈｎ ﬁne Ⅳ", "john fine iv"),
            ("Йосиф", "иосиф"),
            ("李小龍 👩‍👩‍👧", "李小龍 👩👩👧"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn apostrophes_do_not_count_however_they_are_typed() {
        let apostrophes = "'`´‘’‛ʹʻʼʽʾʿˈ′‵＇՚׳ꞌ";
        for apostrophe in apostrophes.chars() {
            assert_eq!(fold(&format!("O{apostrophe}Brien")), "obrien", "{apostrophe:?}");
        }
        for (text, folded) in [("Ka\u{2bb}ahumanu", "kaahumanu"), ("L’Hôpital", "lhopital"), ("D`Arcy", "darcy")] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn all_dashes_are_hyphens() {
        let dashes = "-\u{2010}\u{2011}\u{2012}–—―\u{2212}\u{207b}﹣－\u{5be}\u{58a}";
        for dash in dashes.chars() {
            assert_eq!(fold(&format!("Jean{dash}Luc")), "jean-luc", "{dash:?}");
        }
    }

    #[test]
    fn invisible_characters_do_not_count_but_white_space_stays() {
        let invisible = "\u{0}\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{202a}\u{2060}\u{2069}\
                         \u{3164}\u{fe0f}\u{feff}\u{fffa}\u{e0041}";
        for invisible in invisible.chars() {
            assert_eq!(fold(&format!("A{invisible}nn{invisible}")), "ann", "{invisible:?}");
        }
        assert_eq!(fold("a\u{a0}b\u{3000}c\td\ne"), "a b c\td\ne");
    }

    #[test]
    fn letters_and_digits_of_other_keyboards_are_the_same() {
        for (one, other) in [
            ("علي", "علی"),
            ("علي", "على"),
            ("كريم", "کریم"),
            ("فاطمة", "فاطمه"),
            ("محمـــد", "محمد"),
            ("أحمد", "احمد"),
            ("مُحَمَّد", "محمد"),
            ("علی\u{200c}رضا", "علیرضا"),
            ("٤٢", "42"),
            ("۴۲", "42"),
            ("४२ ৪২ ๔๒", "42 42 42"),
            ("שָׁלוֹם", "שלום"),
            ("タロウ", "たろう"),
            ("ﾀﾛｳ", "たろう"),
            ("한", "\u{1112}\u{1161}\u{11ab}"),
            ("Nguyễn Thị Đặng", "nguyen thi dang"),
            ("Əliyev", "eliyev"),
            ("Ґалаґан", "галаган"),
            ("Алёна", "алена"),
            ("Ŋoŋ Ɗan", "non dan"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for letter in (0..=0x2FFFF).filter_map(char::from_u32) {
            let folded = fold(&letter.to_string());
            assert_eq!(fold(&folded), folded, "{letter:?}");
        }
    }
}
