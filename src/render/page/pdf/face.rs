//! The letters that a PDF is set in: which face has them, and how wide they are.

use krilla::text::{Font, GlyphId};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use unicode_normalization::UnicodeNormalization as _;

/// The faces that are in the program. See `fonts/README.md` for where they come from.
const FILES: [&[u8]; 3] = [
    include_bytes!("fonts/NotoSans-Regular.ttf"),
    include_bytes!("fonts/NotoSans-Bold.ttf"),
    include_bytes!("fonts/NotoSansMono-Regular.ttf"),
];
/// The first character beyond what the faces have.
const END: u32 = 0x1_0000;

/// A face.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Face {
    #[default]
    Regular,
    Bold,
    Mono,
}

/// A letter as it is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Letter {
    /// The character.
    pub sign: char,
    /// The face that has it.
    pub face: Face,
    /// How far it goes, in parts of the size.
    pub advance: f32,
}

/// All faces.
pub(super) struct Faces([Loaded; 3]);

struct Loaded {
    font: Font,
    /// Glyph and advance by character; glyph 0 is that of a missing character.
    glyphs: Vec<(u16, f32)>,
}

impl Faces {
    /// Reads the faces; none where one of them is broken.
    pub(super) fn load() -> Option<Self> {
        let [regular, bold, mono] = FILES.map(Loaded::read);
        Some(Self([regular?, bold?, mono?]))
    }

    /// A face as the PDF takes it.
    pub(super) fn font(&self, face: Face) -> Font {
        self.get(face).font.clone()
    }

    /// The glyph of a letter.
    pub(super) fn glyph(&self, letter: Letter) -> GlyphId {
        GlyphId::new(u32::from(self.get(letter.face).glyph(letter.sign).map_or(0, |(glyph, _)| glyph)))
    }

    fn get(&self, face: Face) -> &Loaded {
        let [regular, bold, mono] = &self.0;
        match face {
            Face::Regular => regular,
            Face::Bold => bold,
            Face::Mono => mono,
        }
    }

    /// The letters of a text. What no face has is shown as its code, `[U+1F525]`, so that nothing gets lost.
    pub(super) fn letters(&self, text: &str, face: Face) -> Vec<Letter> {
        let mut letters = Vec::with_capacity(text.len());
        for sign in text.nfc().map(common) {
            match self.letter(sign, face) {
                Some(letter) => letters.push(letter),
                None => {
                    let code = format!("[U+{:04X}]", u32::from(sign));
                    letters.extend(code.chars().filter_map(|sign| self.letter(sign, face)));
                }
            }
        }
        letters
    }

    fn letter(&self, sign: char, face: Face) -> Option<Letter> {
        let others = [Face::Regular, Face::Bold, Face::Mono];
        [face].into_iter().chain(others).find_map(|face| {
            let (_, advance) = self.get(face).glyph(sign)?;
            Some(Letter { sign, face, advance })
        })
    }

    /// How wide a text is, in parts of the size.
    pub(super) fn width(&self, text: &str, face: Face) -> f32 {
        self.letters(text, face).iter().map(|letter| letter.advance).sum()
    }
}

impl Loaded {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let face = FontRef::new(bytes).ok()?;
        let (signs, metrics) = (face.charmap(), face.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let font = Font::new(bytes.into(), 0)?;
        let glyph = |code: u32| {
            let glyph = char::from_u32(code).and_then(|sign| signs.map(sign))?;
            let advance = metrics.advance_width(glyph)?;
            Some((u16::try_from(glyph.to_u32()).ok()?, advance / font.units_per_em()))
        };
        let glyphs = (0..END).map(|code| glyph(code).unwrap_or((0, 0.0))).collect();
        Some(Self { font, glyphs })
    }

    fn glyph(&self, sign: char) -> Option<(u16, f32)> {
        let code = usize::try_from(u32::from(sign)).ok()?;
        self.glyphs.get(code).copied().filter(|(glyph, _)| *glyph != 0)
    }
}

/// One letter for several that look the same: blanks of all widths, and hyphens.
fn common(sign: char) -> char {
    match sign {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2010}' | '\u{2011}' => '-',
        sign => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Faces::load().unwrap().letters(text, Face::Regular).iter().map(|letter| letter.sign).collect()
    }

    #[test]
    fn a_letter_that_no_face_has_is_shown_as_its_code() {
        assert_eq!(shown("Größe 🔥 日"), "Größe [U+1F525] [U+65E5]");
        assert_eq!(shown("Ελλάς, Київ, Łódź, e\u{301}"), "Ελλάς, Київ, Łódź, é");
    }

    #[test]
    fn a_face_lends_a_letter_to_another_one() {
        let letters = Faces::load().unwrap().letters("a→", Face::Bold);
        assert_eq!(letters.iter().map(|letter| letter.face).collect::<Vec<_>>(), [Face::Bold, Face::Mono]);
    }
}
