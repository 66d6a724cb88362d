package dev.sluice.lab.structure;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Set;

/**
 * Prints how long files and methods are, how much is public, which classes form cycles of dependencies, and which
 * imports go against the order of the packages.
 *
 * <pre>{@code mvn -q compile -Pstructure}</pre>
 */
public final class Structure {
    private static final List<String> MODULES = List.of("proxy-core", "proxy-balancer");
    private static final int SHOWN = 10;

    private Structure() {}

    /** Measures the modules in the working directory, or in its parent. */
    public static void main(String[] args) throws IOException {
        Path root = Files.exists(Path.of("proxy-core")) ? Path.of("") : Path.of("..");
        Table table = new Table("measure", "proxy-core", "proxy-balancer", "wanted");
        List<ModuleShape> shapes = new ArrayList<>();
        for (String module : MODULES) {
            shapes.add(ModuleShape.of(root.resolve(module)));
        }
        row(table, "files, lines", shapes, "", each -> each.files().size() + ", " + each.lines());
        row(
                table,
                "lines of a file: median, p90, longest",
                shapes,
                "80, 220, 450",
                each -> quantiles(each.fileLines()));
        row(table, "lines of a method: median, p90, longest", shapes, "30", each -> quantiles(each.methodLines()));
        row(table, "top-level types: public in exported packages", shapes, "100 in both", each -> each.exported() + "");
        row(table, "top-level types: package-private", shapes, "half", ModuleShape::hidden);
        row(
                table,
                "classes in the largest cycle of a package",
                shapes,
                "4",
                each -> each.largestCycle().size() + "");
        row(
                table,
                "packages in cycles",
                shapes,
                "0",
                each -> each.packageCycles().size() + "");
        System.out.println(table.markdown());
        shapes.forEach(Structure::details);
    }

    /** One figure of a module, in words. */
    private interface Figure {
        String of(ModuleShape shape);
    }

    private static void row(Table table, String what, List<ModuleShape> shapes, String wanted, Figure figure) {
        table.row(what, figure.of(shapes.get(0)), figure.of(shapes.get(1)), wanted);
    }

    private static void details(ModuleShape shape) {
        System.out.println(shape.name() + ", longest files:");
        shape.files().stream()
                .sorted((a, b) -> b.lines() - a.lines())
                .limit(SHOWN)
                .forEach(each -> System.out.println("    " + each.lines() + "  " + each.name()));
        System.out.println(shape.name() + ", methods over 30 lines:");
        shape.files()
                .forEach(file -> file.methods().stream()
                        .filter(each -> each.lines() > SourceFile.LONG_METHOD)
                        .forEach(each ->
                                System.out.println("    " + each.lines() + "  " + file.name() + "#" + each.name())));
        System.out.println(shape.name() + ", cycles of more than four classes:");
        for (Set<String> cycle : shape.cycles()) {
            System.out.println("    " + cycle.size() + "  " + String.join(" ", cycle));
        }
        System.out.println(shape.name() + ", cycles of packages:");
        shape.packageCycles().forEach(each -> System.out.println("    " + String.join(" ", each)));
    }

    private static String quantiles(List<Integer> values) {
        List<Integer> sorted = values.stream().sorted().toList();
        IntSummaryStatistics all = values.stream().mapToInt(Integer::intValue).summaryStatistics();
        return sorted.get(sorted.size() / 2) + ", " + sorted.get(sorted.size() * 9 / 10) + ", " + all.getMax();
    }
}
