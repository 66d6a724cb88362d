package dev.sluice.proxy.transport.jdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table in {@code docs/} of what the JDK's own classes do. This differs between updates, so a column is exact for the
 * updates in its heading, such as {@code JDK 17.0.15, 25.0.3}. On other updates a test may expect only what is true
 * everywhere: a faulty message is refused, or the message that is passed on is made of parsed values.
 *
 * @param head the texts of the first line
 * @param rows the cells of each other line, by its first cell
 */
public record JdkTable(List<String> head, Map<String, List<String>> rows) {
    private static final Pattern UPDATE = Pattern.compile("(\\d+)\\.0\\.(\\d+)");

    /** The first table below a heading of a page. */
    public static JdkTable of(String page, String heading) throws IOException {
        List<List<String>> lines = Files.readString(Path.of("..", "docs", page))
                .lines()
                .dropWhile(line -> !line.equals("## " + heading))
                .dropWhile(line -> !line.startsWith("| "))
                .takeWhile(line -> line.startsWith("| "))
                .map(JdkTable::cells)
                .toList();
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (List<String> cells : lines.subList(2, lines.size())) {
            if (cells.size() != lines.get(0).size() || rows.put(cells.get(0), cells) != null) {
                throw new AssertionError("not a row, or a second one: " + cells);
            }
        }
        return new JdkTable(lines.get(0), rows);
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(2, line.length() - 2).split(" \\| ", -1))
                .map(String::strip)
                .toList();
    }

    /** The columns for updates. */
    public List<Integer> updates() {
        return IntStream.range(0, head.size())
                .filter(i -> head.get(i).startsWith("JDK "))
                .boxed()
                .toList();
    }

    /** Returns whether a heading names the running update. */
    public boolean isOfTheRunningUpdate() {
        return updates().stream().map(head::get).anyMatch(JdkTable::names);
    }

    /** The cell of the running update in a row, or empty if no heading names that update. */
    public Optional<String> own(String row) {
        return updates().stream().filter(i -> names(head.get(i))).findFirst().map(rows.get(row)::get);
    }

    /**
     * Returns whether a heading names the running update. Oracle's builds have changes of their own and are never
     * named.
     */
    private static boolean names(String head) {
        Runtime.Version running = Runtime.version();
        boolean openJdk = !System.getProperty("java.vendor").equals("Oracle Corporation");
        List<List<Integer>> named = new ArrayList<>();
        for (Matcher update = UPDATE.matcher(head); update.find(); ) {
            named.add(List.of(Integer.valueOf(update.group(1)), Integer.valueOf(update.group(2))));
        }
        return openJdk && named.contains(List.of(running.feature(), running.update()));
    }
}
