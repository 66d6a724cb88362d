package dev.sluice.lab.structure;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.spi.ToolProvider;

/**
 * The dependencies between classes, read from class files. A nested class counts as its outer class.
 *
 * @param edges by the name of the class that depends on others
 */
record Dependencies(Map<String, Set<String>> edges) {
    /**
     * The dependencies between the classes of a folder. It must be below the folder of {@code module-info}, otherwise
     * {@code jdeps} would look for other modules.
     */
    static Dependencies of(Path classes) {
        StringWriter text = new StringWriter();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        jdeps.run(
                new PrintWriter(text),
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                "--ignore-missing-deps",
                "--multi-release",
                "base",
                "-verbose:class",
                "-filter:none",
                classes.toString());
        Map<String, Set<String>> edges = new TreeMap<>();
        for (String line : text.toString().lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length > 2 && ours(words[0]) && words[1].equals("->") && ours(words[2])) {
                add(edges, outermost(words[0]), outermost(words[2]));
            }
        }
        return new Dependencies(edges);
    }

    /** The dependencies between classes of the same package. */
    Dependencies withinPackages() {
        Map<String, Set<String>> within = new TreeMap<>();
        edges.forEach((from, all) ->
                all.stream().filter(to -> packageOf(to).equals(packageOf(from))).forEach(to -> add(within, from, to)));
        return new Dependencies(within);
    }

    /** The dependencies between the groups that the classes belong to. */
    Dependencies between(UnaryOperator<String> group) {
        Map<String, Set<String>> between = new TreeMap<>();
        edges.forEach((from, all) -> all.forEach(to -> add(between, group.apply(from), group.apply(to))));
        return new Dependencies(between);
    }

    static String packageOf(String type) {
        return type.substring(0, type.lastIndexOf('.'));
    }

    /**
     * The cycles: sets of two or more classes in which each reaches every other (R. Tarjan, Depth-first search and
     * linear graph algorithms).
     */
    List<Set<String>> cycles() {
        Search search = new Search();
        edges.keySet().forEach(search::visit);
        return search.found;
    }

    private static void add(Map<String, Set<String>> edges, String from, String to) {
        if (!from.equals(to)) {
            edges.computeIfAbsent(from, any -> new TreeSet<>()).add(to);
        }
    }

    private static boolean ours(String type) {
        return type.startsWith("dev.sluice.");
    }

    private static String outermost(String type) {
        int nested = type.indexOf('$');
        return nested < 0 ? type : type.substring(0, nested);
    }

    private final class Search {
        private final Map<String, Integer> numbers = new HashMap<>();
        private final Deque<String> open = new ArrayDeque<>();
        private final List<Set<String>> found = new ArrayList<>();

        /** The lowest number of the nodes that can be reached and are still open. */
        private int visit(String name) {
            Integer known = numbers.get(name);
            if (known != null) {
                return open.contains(name) ? known : Integer.MAX_VALUE;
            }
            int number = numbers.size();
            numbers.put(name, number);
            open.push(name);
            int lowest = number;
            for (String next : edges.getOrDefault(name, Set.of())) {
                lowest = Math.min(lowest, visit(next));
            }
            if (lowest == number) {
                close(name);
            }
            return lowest;
        }

        private void close(String name) {
            Set<String> cycle = new TreeSet<>();
            String member;
            do {
                member = open.pop();
                cycle.add(member);
            } while (!member.equals(name));
            if (cycle.size() > 1) {
                found.add(cycle);
            }
        }
    }
}
