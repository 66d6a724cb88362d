package dev.sluice.lab.structure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The measurements of a module.
 *
 * @param exports the packages that are exported to everyone
 * @param uses the dependencies between the module's own classes
 */
record ModuleShape(String name, List<SourceFile> files, Set<String> exports, Dependencies uses) {
    private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
    private static final int LARGE_CYCLE = 4;

    /** Measures a compiled module. */
    static ModuleShape of(Path folder) throws IOException {
        Path sources = folder.resolve("src/main/java");
        Set<String> exports = EXPORTS.matcher(Files.readString(sources.resolve("module-info.java")))
                .results()
                .map((MatchResult each) -> each.group(1))
                .collect(Collectors.toSet());
        Dependencies uses = Dependencies.of(folder.resolve("target/classes/dev"));
        return new ModuleShape(String.valueOf(folder.getFileName()), SourceFile.all(sources), exports, uses);
    }

    int lines() {
        return fileLines().stream().mapToInt(Integer::intValue).sum();
    }

    List<Integer> fileLines() {
        return files.stream().map(SourceFile::lines).toList();
    }

    List<Integer> methodLines() {
        return files.stream()
                .flatMap(each -> each.methods().stream())
                .map(SourceFile.Method::lines)
                .toList();
    }

    /** The number of public types in exported packages. */
    long exported() {
        return files.stream()
                .filter(each -> each.visible() && exports.contains(each.inPackage()))
                .count();
    }

    /** The share of the types that are package-private. */
    String hidden() {
        long hidden = files.stream().filter(each -> !each.visible()).count();
        return 100 * hidden / files.size() + " %";
    }

    /** Cycles of more than four classes of one package, largest first. */
    List<Set<String>> cycles() {
        return cyclesWithin().stream().filter(each -> each.size() > LARGE_CYCLE).toList();
    }

    Set<String> largestCycle() {
        return cyclesWithin().stream().findFirst().orElse(Set.of());
    }

    /** Cycles of packages. */
    List<Set<String>> packageCycles() {
        return uses.between(Dependencies::packageOf).cycles();
    }

    private List<Set<String>> cyclesWithin() {
        return uses.withinPackages().cycles().stream()
                .sorted(Comparator.comparingInt((Set<String> each) -> each.size())
                        .reversed())
                .toList();
    }
}
