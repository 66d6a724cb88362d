package dev.sluice.lab.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Draws a table of figures in Markdown, such as {@link dev.sluice.lab.Table} makes. The columns up to the last one with
 * words name the rows, and each other column is a panel of bars. Ratios repeat what other columns say, so they are left
 * out, as is the column of errors.
 */
public final class TablePicture {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9,]*(\\.[0-9]+)?( %)?");
    private static final List<String> LEFT_OUT = List.of("ratio", "of forwarded", "errors");

    private final List<String> columns;
    private final List<List<String>> rows;
    private final int names;

    private TablePicture(List<String> columns, List<List<String>> rows) {
        this.columns = columns;
        this.rows = rows;
        int last = 0;
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            boolean words = rows.stream().map(row -> row.get(column)).anyMatch(TablePicture::isWords);
            last = words && !LEFT_OUT.contains(columns.get(i)) ? i : last;
        }
        this.names = last + 1;
    }

    /**
     * Reads a table.
     *
     * @throws IllegalArgumentException if a row has more or fewer cells than the head, or if there is no row
     */
    public static TablePicture of(String markdown) {
        List<List<String>> lines = new ArrayList<>();
        for (String line : markdown.strip().lines().toList()) {
            String cells = line.strip();
            lines.add(Arrays.stream(cells.substring(1, cells.length() - 1).split("\\|", -1))
                    .map(String::strip)
                    .toList());
            if (lines.get(lines.size() - 1).size() != lines.get(0).size()) {
                throw new IllegalArgumentException("a row has not the cells of the first one: " + line);
            }
        }
        if (lines.size() < 3) {
            throw new IllegalArgumentException("the table has no row: " + markdown);
        }
        return new TablePicture(lines.get(0), lines.subList(2, lines.size()));
    }

    /** Draws all figures into this file. */
    public void write(String title, Path file) throws IOException {
        List<String> subjects = rows.stream()
                .map(row -> String.join(", ", row.subList(0, names)))
                .toList();
        List<String> groups = rows.stream().map(row -> row.get(names - 1)).toList();
        Bars bars = new Bars(title, subjects, groups);
        for (int i = names; i < columns.size(); i++) {
            if (!LEFT_OUT.contains(columns.get(i))) {
                int column = i;
                List<String> texts = rows.stream().map(row -> row.get(column)).toList();
                bars.addFigure(
                        columns.get(i), texts.stream().map(TablePicture::value).toList(), texts);
            }
        }
        bars.write(file);
    }

    private static boolean isWords(String cell) {
        return !cell.isEmpty() && !NUMBER.matcher(cell).matches();
    }

    private static double value(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell.replaceAll("[,% ]", ""));
    }
}
