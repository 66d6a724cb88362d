package dev.sluice.lab.picture;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.font.FontRenderContext;
import java.awt.font.LineMetrics;
import java.awt.geom.Rectangle2D;
import java.text.AttributedCharacterIterator.Attribute;
import java.util.Locale;
import java.util.Map;

/**
 * A sans-serif font whose texts are as wide as in Helvetica, whatever fonts the machine has, and also if it has none. The
 * viewer of the picture chooses the real one.
 */
final class FixedFont extends Font {
    private static final long serialVersionUID = 1;

    private static final float ASCENT = 0.9F;
    private static final float DESCENT = 0.22F;

    /** The widths of the characters from the space to the tilde, in thousandths of the size. */
    private static final int[] WIDTHS = {
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
        556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
        556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
        556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
        500, 500, 500, 334, 260, 334, 584
    };

    /** Common fonts are wider than Helvetica. */
    private static final double ROOM = 1.16;

    FixedFont(int style, int size) {
        super(SANS_SERIF, style, size);
    }

    /** How wide a text is in a font of this size. */
    static double width(String text, float size) {
        int sum = 0;
        for (int i = 0; i < text.length(); i++) {
            int index = text.charAt(i) - ' ';
            sum += index >= 0 && index < WIDTHS.length ? WIDTHS[index] : 600;
        }
        return sum * size * ROOM / 1_000;
    }

    @Override
    public String getFamily() {
        return "sans-serif";
    }

    @Override
    public String getFamily(Locale locale) {
        return getFamily();
    }

    /** This one: Batik asks for others of the same family only to know the same font again. */
    @Override
    public Font deriveFont(Map<? extends Attribute, ?> attributes) {
        return this;
    }

    @Override
    public LineMetrics getLineMetrics(String text, FontRenderContext context) {
        return new Line(text.length(), getSize2D());
    }

    @Override
    public Rectangle2D getStringBounds(String text, FontRenderContext context) {
        float size = getSize2D();
        return new Rectangle2D.Double(0, -ASCENT * size, width(text, size), (ASCENT + DESCENT) * size);
    }

    /** The metrics of a font, by the same widths. */
    static final class Metrics extends FontMetrics {
        private static final long serialVersionUID = 1;

        Metrics(Font font) {
            super(font);
        }

        @Override
        public int getAscent() {
            return Math.round(ASCENT * font.getSize2D());
        }

        @Override
        public int getDescent() {
            return Math.round(DESCENT * font.getSize2D());
        }

        @Override
        public int stringWidth(String text) {
            return (int) Math.ceil(width(text, font.getSize2D()));
        }

        @Override
        public int charWidth(char character) {
            return stringWidth(String.valueOf(character));
        }
    }

    /** The metrics of one line. */
    private static final class Line extends LineMetrics {
        private final int length;
        private final float size;

        Line(int length, float size) {
            this.length = length;
            this.size = size;
        }

        @Override
        public int getNumChars() {
            return length;
        }

        @Override
        public float getAscent() {
            return ASCENT * size;
        }

        @Override
        public float getDescent() {
            return DESCENT * size;
        }

        @Override
        public float getLeading() {
            return 0;
        }

        @Override
        public float getHeight() {
            return (ASCENT + DESCENT) * size;
        }

        @Override
        public int getBaselineIndex() {
            return 0;
        }

        @Override
        public float[] getBaselineOffsets() {
            return new float[3];
        }

        @Override
        public float getStrikethroughOffset() {
            return -size / 3;
        }

        @Override
        public float getStrikethroughThickness() {
            return 1;
        }

        @Override
        public float getUnderlineOffset() {
            return 1;
        }

        @Override
        public float getUnderlineThickness() {
            return 1;
        }
    }
}
