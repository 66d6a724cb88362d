package dev.sluice.lab.picture;

import java.util.Locale;

/** A title in the form of a file's name: {@code 1-kb-gets-64-kept-connections}. */
public final class PictureName {
    private PictureName() {}

    /** The name, without an ending. */
    public static String of(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
