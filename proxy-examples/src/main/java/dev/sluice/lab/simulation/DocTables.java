package dev.sluice.lab.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The tables in a Markdown file. Each stands between two comments, so that it can be found and replaced:
 *
 * <pre>{@code
 * <!-- sim even -->
 * …
 * <!-- end -->
 * }</pre>
 */
final class DocTables {
    private static final String END = "<!-- end -->";

    private DocTables() {}

    /** The title, the setting and the table of a scenario, between its comments. */
    static String block(Scenario scenario, long seed) {
        return block(
                scenario.name(),
                "### " + scenario.title() + "\n\n" + scenario.setting() + "\n\n" + scenario.table(seed));
    }

    /** The text between the comments of this name, with the comments. */
    static String block(String name, String content) {
        return begin(name) + '\n' + content + END + '\n';
    }

    /**
     * Returns the page's block of this name, with its comments.
     *
     * @throws IllegalArgumentException if the page has no such block
     */
    static String inPage(String page, String scenario) {
        int from = page.indexOf(begin(scenario));
        int end = page.indexOf(END, Math.max(0, from));
        if (from < 0 || end < 0) {
            throw new IllegalArgumentException("the page has no place for the table of " + scenario);
        }
        return page.substring(from, end + END.length()) + "\n";
    }

    /** Replaces the tables of the file. Throws what {@link #inPage} throws. */
    static void write(Path file, List<Scenario> scenarios, long seed) throws IOException {
        String page = Files.readString(file);
        for (Scenario scenario : scenarios) {
            page = page.replace(inPage(page, scenario.name()), block(scenario, seed));
        }
        Files.writeString(file, page);
    }

    /** Replaces the block of this name in the file. Throws what {@link #inPage} throws. */
    static void write(Path file, String name, String block) throws IOException {
        String page = Files.readString(file);
        Files.writeString(file, page.replace(inPage(page, name), block));
    }

    private static String begin(String scenario) {
        return "<!-- sim " + scenario + " -->";
    }
}
