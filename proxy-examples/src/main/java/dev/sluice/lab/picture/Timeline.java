package dev.sluice.lab.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.block.Block;
import org.jfree.chart.block.BlockContainer;
import org.jfree.chart.block.BorderArrangement;
import org.jfree.chart.block.ColumnArrangement;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.CompositeTitle;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.VerticalAlignment;

/** A picture with a panel for each subject, one under the other, all over the same time. For one thread. */
public final class Timeline {
    private static final int WIDTH = 860;
    private static final int PANEL = 190;
    private static final int REST = 80;

    private final String title;
    private final CombinedDomainXYPlot panels;
    private final List<Block> legends = new ArrayList<>();
    private int count;

    /**
     * A picture without panels.
     *
     * @param axis the title of the time's axis, with its unit
     */
    public Timeline(String title, String axis, double from, double until) {
        this.title = title;
        NumberAxis time = new NumberAxis(axis);
        time.setRange(from, until);
        Look.axis(time);
        this.panels = new CombinedDomainXYPlot(time);
        panels.setGap(14);
    }

    /** Adds bands upon each other, from 0 to 100 %. All series have points at the same times. */
    public Timeline addBands(String axis, List<Series> series) {
        return add(axis, Panels.bands(axis, series));
    }

    /** Adds lines over a scale of powers of ten. Points at or below zero are left out. */
    public Timeline addLines(String axis, List<Series> series) {
        return add(axis, Panels.lines(axis, series));
    }

    /**
     * Adds a row for each subject, with its states in colours.
     *
     * @param states all states that may occur, in the order of the legend
     */
    public Timeline addSpans(String axis, List<String> rows, List<String> states, List<Span> spans) {
        return add(axis, Panels.spans(axis, rows, states, spans));
    }

    /** Draws the picture into this file. */
    public void write(Path file) throws IOException {
        JFreeChart chart = Look.chart(title, panels);
        BlockContainer all =
                new BlockContainer(new ColumnArrangement(HorizontalAlignment.LEFT, VerticalAlignment.TOP, 0, 8));
        legends.forEach(all::add);
        CompositeTitle legend = new CompositeTitle(all);
        legend.setPosition(RectangleEdge.RIGHT);
        legend.setVerticalAlignment(VerticalAlignment.TOP);
        legend.setPadding(new RectangleInsets(4, 10, 4, 4));
        chart.addSubtitle(legend);
        SvgFile.write(chart, WIDTH, REST + PANEL * count, file);
    }

    private Timeline add(String axis, XYPlot panel) {
        panels.add(panel, 1);
        count++;
        LegendTitle items = new LegendTitle(
                panel,
                new ColumnArrangement(HorizontalAlignment.LEFT, VerticalAlignment.TOP, 0, 1),
                new ColumnArrangement(HorizontalAlignment.LEFT, VerticalAlignment.TOP, 0, 1));
        items.setItemFont(Look.TEXT);
        items.setItemPaint(Look.INK);
        BlockContainer titled = new BlockContainer(new BorderArrangement());
        TextTitle heading = new TextTitle(axis.replaceAll(",.*", ""), Look.HEADING);
        heading.setPaint(Look.INK);
        heading.setHorizontalAlignment(HorizontalAlignment.LEFT);
        titled.add(heading, RectangleEdge.TOP);
        titled.add(items);
        legends.add(titled);
        return this;
    }
}
