package dev.sluice.proxy;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The cycles of a package: the largest sets of its classes in which each depends on every other, directly or through
 * other classes of the package. A nested class counts as its outer class.
 */
final class ClassCycles {
    private final Map<String, Set<String>> dependencies = new TreeMap<>();

    private ClassCycles() {}

    /** The cycles of two or more classes in all packages, as class names. */
    static List<Set<String>> of(JavaClasses classes) {
        ClassCycles cycles = new ClassCycles();
        classes.forEach(cycles::add);
        return cycles.all();
    }

    private void add(JavaClass type) {
        Set<String> known = dependencies.computeIfAbsent(outermost(type), any -> new TreeSet<>());
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
            JavaClass target = dependency.getTargetClass().getBaseComponentType();
            if (target.getPackageName().equals(type.getPackageName())) {
                known.add(outermost(target));
            }
        }
    }

    private List<Set<String>> all() {
        Map<String, Set<String>> reached = new TreeMap<>();
        dependencies.keySet().forEach(type -> reached.put(type, reachedFrom(type)));
        List<Set<String>> cycles = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        reached.forEach((type, others) -> {
            Set<String> cycle = new TreeSet<>(others);
            cycle.removeIf(other -> !reached.getOrDefault(other, Set.of()).contains(type));
            if (seen.add(type) && cycle.size() > 1) {
                seen.addAll(cycle);
                cycles.add(cycle);
            }
        });
        return cycles;
    }

    private Set<String> reachedFrom(String type) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(type));
        while (!next.isEmpty()) {
            for (String target : dependencies.getOrDefault(next.remove(), Set.of())) {
                if (reached.add(target)) {
                    next.add(target);
                }
            }
        }
        return reached;
    }

    private static String outermost(JavaClass type) {
        int nested = type.getName().indexOf('$');
        return nested < 0 ? type.getName() : type.getName().substring(0, nested);
    }
}
