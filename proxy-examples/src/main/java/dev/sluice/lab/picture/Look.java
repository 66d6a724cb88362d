package dev.sluice.lab.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.awt.Stroke;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleInsets;

/** How all pictures look: fonts, and colours that people who are colour-blind can tell apart, on white. */
final class Look {
    static final Font TEXT = new FixedFont(Font.PLAIN, 11);
    static final Font TITLE = new FixedFont(Font.BOLD, 14);
    static final Font HEADING = new FixedFont(Font.BOLD, 11);
    static final Color INK = new Color(0x33, 0x33, 0x33);
    static final Color GRID = new Color(0xDD, 0xDD, 0xDD);
    static final Stroke LINE = new BasicStroke(1.6F, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    static final Stroke THIN = new BasicStroke(0.6F);

    /** The colours of Okabe and Ito, and two greys. Yellow is last, as it is hard to see on white. */
    private static final List<Color> COLOURS = List.of(
            new Color(0xD55E00),
            new Color(0x0072B2),
            new Color(0x56B4E9),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xE69F00),
            new Color(0x666666),
            new Color(0x000000),
            new Color(0xBBBBBB),
            new Color(0xF0E442));

    private Look() {}

    /** The colour of the series with this index. They repeat after ten. */
    static Paint colour(int index) {
        return COLOURS.get(index % COLOURS.size());
    }

    /** A chart of this plot, with its title and without a legend. */
    static JFreeChart chart(String title, Plot plot) {
        JFreeChart chart = new JFreeChart(null, TITLE, plot, false);
        TextTitle heading = new TextTitle(title, TITLE);
        heading.setPaint(INK);
        chart.setTitle(heading);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(6, 6, 6, 6));
        return chart;
    }

    /** The look of an axis. */
    static void axis(Axis axis) {
        axis.setLabelFont(TEXT);
        axis.setTickLabelFont(TEXT);
        axis.setLabelPaint(INK);
        axis.setTickLabelPaint(INK);
        axis.setAxisLinePaint(INK);
        axis.setTickMarkPaint(INK);
        if (axis instanceof NumberAxis numbers && !(axis instanceof SymbolAxis)) {
            numbers.setStandardTickUnits(NumberAxis.createStandardTickUnits(Locale.ROOT));
        }
        if (axis instanceof ValueAxis values) {
            values.setMinorTickMarksVisible(false);
        }
    }

    /** The look of the place that is drawn on. */
    static void ground(Plot plot) {
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlinePaint(GRID);
    }
}
