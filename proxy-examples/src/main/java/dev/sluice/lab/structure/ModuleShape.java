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
 * A module, measured.
 *
 * @param exports the packages that everybody may use
 * @param uses which class mentions which, of the module's own
 */
record ModuleShape(String name, List<SourceFile> files, Set<String> exports, Dependencies uses) {
    private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
    private static final int LARGE_CIRCLE = 4;

    /** Measures a module that is compiled. */
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

    /** How many types everybody can use. */
    long exported() {
        return files.stream()
                .filter(each -> each.visible() && exports.contains(each.inPackage()))
                .count();
    }

    /** The part of the types that only their own package can use. */
    String hidden() {
        long hidden = files.stream().filter(each -> !each.visible()).count();
        return 100 * hidden / files.size() + " %";
    }

    /** Sets of more than four classes of one package in which each depends on each, largest first. */
    List<Set<String>> circles() {
        return circlesWithin().stream()
                .filter(each -> each.size() > LARGE_CIRCLE)
                .toList();
    }

    Set<String> largestCircle() {
        return circlesWithin().stream().findFirst().orElse(Set.of());
    }

    /** Sets of packages in which each depends on each. */
    List<Set<String>> packageCircles() {
        return uses.between(Dependencies::packageOf).circles();
    }

    private List<Set<String>> circlesWithin() {
        return uses.withinPackages().circles().stream()
                .sorted(Comparator.comparingInt((Set<String> each) -> each.size())
                        .reversed())
                .toList();
    }
}
