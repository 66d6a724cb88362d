package dev.sluice.lab.bench;

import dev.sluice.lab.picture.PictureName;
import dev.sluice.lab.picture.TablePicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ExitCode;

/**
 * Draws tables that stand in a page. Each has the name of its file and the title of the picture before it:
 *
 * <pre>{@code
 * <!-- picture small: 1 KB GETs -->
 * | proxy | requests/s |
 * }</pre>
 */
final class PagePictures {
    private static final Pattern MARKED = Pattern.compile("<!-- picture ([a-z0-9-]+): (.+) -->\\n((?:\\|.*\\n)+)");

    private PagePictures() {}

    /**
     * Draws all tables of the page that are marked.
     *
     * @return the exit status
     * @throws IllegalArgumentException if there is none
     */
    static int write(Path page, Path folder) throws IOException {
        Matcher marked = MARKED.matcher(Files.readString(page));
        if (!marked.find()) {
            throw new IllegalArgumentException("--page: no table is marked in this file: " + page);
        }
        do {
            TablePicture.of(marked.group(3)).write(marked.group(2), folder.resolve(marked.group(1) + ".svg"));
        } while (marked.find());
        return ExitCode.OK;
    }

    /** The name of the file for a picture of this title. */
    static String fileName(String title) {
        return PictureName.of(title) + ".svg";
    }
}
