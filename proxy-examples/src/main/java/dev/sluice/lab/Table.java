package dev.sluice.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table in Markdown with aligned columns. For one thread. */
public final class Table {
    private static final double MEGABYTE = 1 << 20;

    private final List<List<String>> lines = new ArrayList<>();

    /** Makes a table with these columns and without rows. */
    public Table(String... columns) {
        lines.add(List.of(columns));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if the number of cells is not the number of columns
     */
    public void row(String... cells) {
        if (cells.length != lines.get(0).size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + lines.get(0));
        }
        lines.add(List.of(cells));
    }

    /** Returns the table as text. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            for (int column = 0; column < lines.get(i).size(); column++) {
                String cell = lines.get(i).get(column);
                text.append("| ").append(cell).append(" ".repeat(width(column) - cell.length() + 1));
            }
            text.append("|\n");
            if (i == 0) {
                for (int column = 0; column < lines.get(0).size(); column++) {
                    text.append("| ").append("-".repeat(width(column))).append(' ');
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    /** A number with three or more digits: {@code 12.3}, {@code 1,234}. */
    public static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.1f" : "%,.0f", value);
    }

    /** The ratio to the row that the table compares with: {@code 0.97}. */
    public static String ratio(double value, double reference) {
        return String.format(Locale.ROOT, "%.2f", value / reference);
    }

    /** Megabytes of 1,048,576 bytes. */
    public static String megabytes(double bytes) {
        return number(bytes / MEGABYTE);
    }

    /** Milliseconds with two decimals. */
    public static String millis(double micros) {
        return String.format(Locale.ROOT, "%.2f", micros / 1e3);
    }

    private int width(int column) {
        int width = 3;
        for (List<String> line : lines) {
            width = Math.max(width, line.get(column).length());
        }
        return width;
    }
}
