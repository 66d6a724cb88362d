package dev.sluice.lab.simulation;

import dev.sluice.balancer.strategy.Strategies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How even Maglev's table is, and how much of it changes when it is built again without the members that failed.
 * Source: Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, figure 12 and §5.3.
 *
 * <p>The entries of the table itself are counted, with one key for each entry. Two keys of the same entry get the same
 * member in every table of this size, for any set of members. Four sets of members are enough to tell all entries
 * apart.
 */
final class MaglevFigures implements FigureGroup {
    private static final int MEMBERS = 1_000;
    private static final int FAILED = MEMBERS / 100;
    private static final int SETS = 4;
    private static final int KEYS = 2_000_000;

    @Override
    public String title() {
        return "Maglev, 1,000 members, 65,537 entries (Eisenbud et al. 2016)";
    }

    @Override
    public List<Figure> measure(int runs) {
        Collection<String> keys = keyOfEachEntry();
        double fullest = FigureGroup.mean(runs, seed -> fullest(keys, KeyPick.ids(seed, MEMBERS)));
        double[] changed = new double[2];
        for (long seed = 1; seed <= runs; seed++) {
            double[] once = changed(keys, seed);
            changed[0] += 100 * once[0] / runs;
            changed[1] += 100 * once[1] / runs;
        }
        return List.of(
                new Figure(
                        "entries found",
                        "65,537",
                        keys.size(),
                        Strategies.MAGLEV_SLOTS,
                        Strategies.MAGLEV_SLOTS,
                        "%,.0f"),
                new Figure("fullest over average", "1.007", fullest, 1.0065, 1.0075, "%.4f"),
                new Figure("1 % fail: per cent of entries that change", "3.3", changed[0], 2.9, 3.7, "%.2f"),
                new Figure("of these needlessly", "2.3", changed[1], 1.9, 2.7, "%.2f"));
    }

    /** One key for each entry of the table. */
    static Collection<String> keyOfEachEntry() {
        List<KeyPick> tables = new ArrayList<>();
        for (int set = 0; set < SETS; set++) {
            tables.add(table(KeyPick.ids(-1 - set, MEMBERS)));
        }
        Map<Long, String> keys = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + i;
            long owners = 0;
            for (KeyPick table : tables) {
                owners = owners * MEMBERS + table.owner(key);
            }
            keys.putIfAbsent(owners, key);
        }
        return keys.values();
    }

    private static double fullest(Collection<String> keys, List<String> ids) {
        KeyPick table = table(ids);
        int[] entries = new int[ids.size()];
        for (String key : keys) {
            entries[table.owner(key)]++;
        }
        return Arrays.stream(entries).max().orElseThrow() * (double) ids.size() / keys.size();
    }

    /** The share of the entries that change, and the share that change although their member has not failed. */
    private static double[] changed(Collection<String> keys, long seed) {
        List<String> ids = KeyPick.ids(seed, MEMBERS);
        List<String> left = new ArrayList<>(ids);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < FAILED; i++) {
            left.remove(random.nextInt(left.size()));
        }
        KeyPick before = table(ids);
        KeyPick after = table(left);
        int changed = 0;
        int needlessly = 0;
        for (String key : keys) {
            String owner = ids.get(before.owner(key));
            if (!owner.equals(left.get(after.owner(key)))) {
                changed++;
                needlessly += left.contains(owner) ? 1 : 0;
            }
        }
        return new double[] {(double) changed / keys.size(), (double) needlessly / keys.size()};
    }

    private static KeyPick table(List<String> ids) {
        return new KeyPick(ids, policy -> Strategies.maglev(policy, Strategies.MAGLEV_SLOTS));
    }
}
