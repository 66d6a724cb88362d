package dev.sluice.lab.picture;

import java.awt.Paint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.CategoryItemLabelGenerator;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.CombinedDomainCategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.category.DefaultCategoryDataset;

/** A picture of bars: a row for each subject, and a panel beside the others for each figure. For one thread. */
public final class Bars {
    private static final int LEFT = 30;
    private static final int CHARACTER = 6;
    private static final int PANEL = 172;
    private static final int ROW = 22;
    private static final int REST = 90;

    private final String title;
    private final List<String> rows;
    private final List<String> groups;
    private final CombinedDomainCategoryPlot panels;
    private int count;

    /**
     * A picture without panels.
     *
     * @param rows the names of the subjects; each one once
     * @param groups for each of them what decides its colour
     */
    public Bars(String title, List<String> rows, List<String> groups) {
        this.title = title;
        this.rows = List.copyOf(rows);
        this.groups = List.copyOf(groups);
        CategoryAxis names = new CategoryAxis();
        names.setMaximumCategoryLabelWidthRatio(10);
        names.setLowerMargin(0.01);
        names.setUpperMargin(0.01);
        names.setCategoryMargin(0.2);
        Look.axis(names);
        this.panels = new CombinedDomainCategoryPlot(names);
        panels.setOrientation(PlotOrientation.HORIZONTAL);
        panels.setGap(24);
    }

    /**
     * Adds a panel.
     *
     * @param axis the figure, with its unit
     * @param values one for each subject; NaN for none
     * @param texts how each is shown beside its bar
     */
    public Bars addFigure(String axis, List<Double> values, List<String> texts) {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (int i = 0; i < rows.size(); i++) {
            data.addValue(values.get(i).isNaN() ? null : values.get(i), axis, rows.get(i));
        }
        NumberAxis scale = new NumberAxis(axis);
        scale.setUpperMargin(0.45);
        Look.axis(scale);
        CategoryPlot panel = new CategoryPlot(data, null, scale, new Coloured(groups, texts));
        panel.setOrientation(PlotOrientation.HORIZONTAL);
        panel.setRangeGridlinePaint(Look.GRID);
        Look.ground(panel);
        panels.add(panel, 1);
        count++;
        return this;
    }

    /** Draws the picture into this file. */
    public void write(Path file) throws IOException {
        JFreeChart chart = Look.chart(title, panels);
        int longest = rows.stream().mapToInt(String::length).max().orElse(0);
        SvgFile.write(chart, LEFT + CHARACTER * longest + PANEL * count, REST + ROW * rows.size(), file);
    }

    /** Bars with a colour for each group, and with their texts. */
    private static final class Coloured extends BarRenderer {
        private static final long serialVersionUID = 1;

        private final transient List<Integer> colours = new ArrayList<>();

        Coloured(List<String> groups, List<String> texts) {
            List<String> seen = new ArrayList<>();
            for (String group : groups) {
                if (!seen.contains(group)) {
                    seen.add(group);
                }
                colours.add(seen.indexOf(group));
            }
            setBarPainter(new StandardBarPainter());
            setShadowVisible(false);
            setDrawBarOutline(false);
            setDefaultItemLabelsVisible(true);
            setDefaultItemLabelFont(Look.TEXT);
            setDefaultItemLabelPaint(Look.INK);
            setDefaultPositiveItemLabelPosition(
                    new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
            setDefaultNegativeItemLabelPosition(
                    new ItemLabelPosition(ItemLabelAnchor.OUTSIDE9, TextAnchor.CENTER_RIGHT));
            setDefaultItemLabelGenerator(new Texts(texts));
        }

        @Override
        public Paint getItemPaint(int row, int column) {
            return Look.colour(colours.get(column));
        }
    }

    /** The texts beside the bars. */
    private record Texts(List<String> texts) implements CategoryItemLabelGenerator {
        @Override
        public String generateRowLabel(CategoryDataset data, int row) {
            return "";
        }

        @Override
        public String generateColumnLabel(CategoryDataset data, int column) {
            return "";
        }

        @Override
        public String generateLabel(CategoryDataset data, int row, int column) {
            return texts.get(column);
        }
    }
}
