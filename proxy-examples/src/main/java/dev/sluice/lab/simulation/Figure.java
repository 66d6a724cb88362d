package dev.sluice.lab.simulation;

import dev.sluice.lab.Table;
import java.util.List;
import java.util.Locale;

/**
 * A published figure, and the one that was measured here.
 *
 * @param published the value as it was published
 * @param least the smallest value of {@code ours} that is accepted
 * @param format how the numbers are printed
 */
record Figure(String what, String published, double ours, double least, double most, String format) {
    /** Returns whether {@code ours} is within the bounds. */
    boolean passed() {
        return ours >= least && ours <= most;
    }

    static String table(List<Figure> figures) {
        Table table = new Table("figure", "published", "ours", "within", "");
        for (Figure figure : figures) {
            table.row(
                    figure.what,
                    figure.published,
                    figure.text(figure.ours),
                    figure.text(figure.least) + " to " + figure.text(figure.most),
                    figure.passed() ? "OK" : "FAIL");
        }
        return table.markdown();
    }

    private String text(double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
