package dev.sluice.lab.simulation;

import dev.sluice.balancer.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How uneven the shares on a ring are: the standard error of a member's load by the number of points for each member.
 * The published values are 0.998, 0.315, 0.0997 and 0.0316. In theory it is one divided by the square root of the
 * number of points.
 *
 * <p>Shares are measured by counting keys. The variance that a random sample of keys adds is known, and is subtracted.
 */
final class RingFigures implements FigureGroup {
    private static final int MEMBERS = 1_000;

    @Override
    public String title() {
        return "Ring, 1,000 members: standard error of the share";
    }

    @Override
    public List<Figure> measure(int runs) {
        List<Figure> figures = new ArrayList<>();
        figures.add(figure(1, "0.998", runs));
        figures.add(figure(10, "0.315", runs));
        figures.add(figure(100, "0.0997", runs));
        figures.add(figure(1_000, "0.0316", runs));
        return figures;
    }

    /**
     * With 1,000 members the deviation is exact to 2 to 5 %. Fewer points make it less exact, so these have more runs.
     */
    private static Figure figure(int points, String published, int runs) {
        boolean few = points < 100;
        double variance =
                FigureGroup.mean(few ? 10 * runs : runs, seed -> variance(points, few ? 400_000 : 4_000_000, seed));
        double value = Double.parseDouble(published);
        return new Figure(
                points == 1 ? "1 point" : String.format(Locale.ROOT, "%,d points", points),
                published,
                Math.sqrt(Math.max(0, variance)),
                0.95 * value,
                1.05 * value,
                "%.4f");
    }

    private static double variance(int points, int keys, long seed) {
        KeyPick ring = new KeyPick(KeyPick.ids(seed, MEMBERS), policy -> Strategies.ringHash(policy, points));
        int[] counts = new int[MEMBERS];
        for (int i = 0; i < keys; i++) {
            counts[ring.owner("key-" + i)]++;
        }
        double average = (double) keys / MEMBERS;
        double squares = 0;
        for (int count : counts) {
            squares += (count / average - 1) * (count / average - 1);
        }
        return squares / MEMBERS - 1 / average;
    }
}
