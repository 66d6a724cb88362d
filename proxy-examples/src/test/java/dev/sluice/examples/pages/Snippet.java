package dev.sluice.examples.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java example of a page.
 *
 * @param name the page, and the heading or the bold words above it; a second or later example below the same heading
 *     has its number too
 */
record Snippet(String name, String code) {
    private static final Pattern HEADING_OR_CODE = Pattern.compile(
            "^#+ ([^\n]+)|^\\*\\*(.+?)\\.?\\*\\*|```java\n(.*?)```", Pattern.DOTALL | Pattern.MULTILINE);

    /** The examples of the README and of all pages in {@code docs}, in order. */
    static List<Snippet> all() {
        List<Snippet> all = new ArrayList<>();
        try (Stream<Path> docs = Files.list(Path.of("..", "docs"))) {
            Stream.concat(
                            Stream.of(Path.of("..", "README.md")),
                            docs.filter(Snippet::hasExamples).sorted())
                    .forEach(page -> add(page, all));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return all;
    }

    /** The pages about tests show tests, which run as they are. */
    private static boolean hasExamples(Path page) {
        String name = page.getFileName().toString();
        return name.endsWith(".md") && !name.startsWith("testing");
    }

    private static void add(Path page, List<Snippet> all) {
        Map<String, Integer> numbers = new HashMap<>();
        String heading = "";
        Matcher found = HEADING_OR_CODE.matcher(read(page));
        while (found.find()) {
            if (found.group(3) == null) {
                heading = found.group(1) == null ? found.group(2) : found.group(1);
                continue;
            }
            String name = page.getFileName() + ": " + heading;
            int number = numbers.merge(name, 1, Integer::sum);
            all.add(new Snippet(number == 1 ? name : name + ", " + number, found.group(3)));
        }
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
