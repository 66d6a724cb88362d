package dev.sluice.lab.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYBoxAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYAreaRenderer;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** The kinds of panels, each over an axis that they share. */
final class Panels {
    private static final Shape SQUARE = new Rectangle2D.Double(-5, -5, 10, 10);
    private static final Shape DASH = new Rectangle2D.Double(-7, -1.5, 14, 3);

    private Panels() {}

    /** Lines over a scale of powers of ten. Points at or below zero are left out. */
    static XYPlot lines(String axis, List<Series> series) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int i = 0; i < series.size(); i++) {
            XYSeries points = new XYSeries(series.get(i).name());
            for (Series.Point point : series.get(i).points()) {
                if (point.y() > 0) {
                    points.add(point.x(), point.y());
                    least = Math.min(least, point.y());
                    most = Math.max(most, point.y());
                }
            }
            data.addSeries(points);
            renderer.setSeriesPaint(i, Look.colour(i));
            renderer.setSeriesStroke(i, Look.LINE);
        }
        XYPlot plot = new XYPlot(data, null, new DecadeAxis(axis, Math.min(least, most), most), renderer);
        plot.setFixedLegendItems(legend(series.stream().map(Series::name).toList(), DASH));
        return look(plot);
    }

    /** Bands upon each other, the first one on top. All series have points at the same places. */
    static XYPlot bands(String axis, List<Series> series) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYAreaRenderer renderer = new XYAreaRenderer();
        renderer.setOutline(true);
        for (int i = 0; i < series.size(); i++) {
            data.addSeries(sum(series.subList(i, series.size())));
            renderer.setSeriesPaint(i, Look.colour(i));
            renderer.setSeriesOutlinePaint(i, Color.WHITE);
            renderer.setSeriesOutlineStroke(i, Look.THIN);
        }
        NumberAxis scale = new NumberAxis(axis);
        scale.setRange(0, 100);
        XYPlot plot = new XYPlot(data, null, scale, renderer);
        plot.setSeriesRenderingOrder(SeriesRenderingOrder.FORWARD);
        plot.setFixedLegendItems(legend(series.stream().map(Series::name).toList(), SQUARE));
        return look(plot);
    }

    /** Each area reaches down to zero, and those after it cover its lower part. */
    private static XYSeries sum(List<Series> series) {
        XYSeries sum = new XYSeries(series.get(0).name());
        for (int i = 0; i < series.get(0).points().size(); i++) {
            double y = 0;
            for (Series each : series) {
                y += each.points().get(i).y();
            }
            sum.add(series.get(0).points().get(i).x(), y);
        }
        return sum;
    }

    /** A row for each subject, the first one on top, with its states in colours. */
    static XYPlot spans(String axis, List<String> rows, List<String> states, List<Span> spans) {
        XYItemRenderer renderer = new XYLineAndShapeRenderer();
        int top = rows.size() - 1;
        for (Span span : spans) {
            double y = top - rows.indexOf(span.row());
            renderer.addAnnotation(new XYBoxAnnotation(
                    span.from(),
                    y - 0.4,
                    span.until(),
                    y + 0.4,
                    new BasicStroke(0),
                    null,
                    Look.colour(states.indexOf(span.state()))));
        }
        String[] names = new String[rows.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = rows.get(top - i);
        }
        SymbolAxis scale = new SymbolAxis(axis, names);
        scale.setGridBandsVisible(false);
        scale.setRange(-0.5, top + 0.5);
        XYPlot plot = new XYPlot(new XYSeriesCollection(), null, scale, renderer);
        LegendItemCollection legend = new LegendItemCollection();
        for (int i = 0; i < states.size(); i++) {
            String state = states.get(i);
            if (spans.stream().anyMatch(span -> span.state().equals(state))) {
                legend.add(item(state, SQUARE, i));
            }
        }
        plot.setFixedLegendItems(legend);
        return look(plot);
    }

    private static LegendItemCollection legend(List<String> names, Shape shape) {
        LegendItemCollection items = new LegendItemCollection();
        for (int i = 0; i < names.size(); i++) {
            items.add(item(names.get(i), shape, i));
        }
        return items;
    }

    private static LegendItem item(String name, Shape shape, int index) {
        return new LegendItem(name, null, null, null, shape, Look.colour(index));
    }

    private static XYPlot look(XYPlot plot) {
        Look.ground(plot);
        plot.setDomainGridlinePaint(Look.GRID);
        plot.setRangeGridlinePaint(Look.GRID);
        ValueAxis scale = plot.getRangeAxis();
        Look.axis(scale);
        return plot;
    }
}
