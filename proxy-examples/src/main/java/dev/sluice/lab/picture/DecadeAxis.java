package dev.sluice.lab.picture;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/** A scale of powers of ten, with the numbers 1, 2, 5, 10, 20 and so on. */
final class DecadeAxis extends LogAxis {
    private static final long serialVersionUID = 1;

    private static final double[] STEPS = {1, 2, 5};

    /** The scale goes from the last of these numbers before the data to the first one behind. */
    DecadeAxis(String title, double least, double most) {
        super(title);
        double from = 0;
        double until = 0;
        for (double tick : ticks()) {
            if (tick <= least) {
                from = tick;
            }
            if (until == 0 && tick >= most && tick > from) {
                until = tick;
            }
        }
        setRange(from, until);
    }

    private static List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int power = -6; power < 16; power++) {
            for (double step : STEPS) {
                ticks.add(power < 0 ? step / Math.pow(10, -power) : step * Math.pow(10, power));
            }
        }
        return ticks;
    }

    @Override
    public List<NumberTick> refreshTicks(Graphics2D graphics, AxisState state, Rectangle2D area, RectangleEdge edge) {
        NumberFormat format = NumberFormat.getNumberInstance(Locale.ROOT);
        format.setMaximumFractionDigits(6);
        boolean decadesOnly = getUpperBound() / getLowerBound() > 2e4;
        TextAnchor anchor = RectangleEdge.isLeftOrRight(edge) ? TextAnchor.CENTER_RIGHT : TextAnchor.TOP_CENTER;
        List<NumberTick> shown = new ArrayList<>();
        for (double tick : ticks()) {
            if (getRange().contains(tick)) {
                boolean named = !decadesOnly || format.format(tick).matches("[0.,]*10*[0,]*");
                shown.add(new NumberTick(
                        TickType.MAJOR, tick, named ? format.format(tick) : "", anchor, TextAnchor.CENTER, 0));
            }
        }
        return shown;
    }
}
