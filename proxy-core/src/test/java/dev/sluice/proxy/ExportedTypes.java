package dev.sluice.proxy;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The top-level types in the packages that a module exports to everyone, and the public types nested in them. */
final class ExportedTypes {
    private ExportedTypes() {}

    /**
     * The top-level types, public or not, sorted by name.
     *
     * @param any any class of the module
     */
    static List<Class<?>> topLevel(Class<?> any) {
        List<Class<?>> types = new ArrayList<>();
        try {
            URL root = any.getProtectionDomain().getCodeSource().getLocation();
            for (String name : names(Path.of(root.toURI()))) {
                types.add(Class.forName(name, false, any.getClassLoader()));
            }
        } catch (IOException | URISyntaxException | ClassNotFoundException failure) {
            throw new IllegalStateException(failure);
        }
        return types;
    }

    /** The public types, with those that are nested in them at any depth. */
    static List<Class<?>> all(Class<?> any) {
        List<Class<?>> types = new ArrayList<>();
        topLevel(any).forEach(type -> addPublic(type, types));
        return types;
    }

    private static void addPublic(Class<?> type, List<Class<?>> types) {
        if (Modifier.isPublic(type.getModifiers())) {
            types.add(type);
            Arrays.stream(type.getDeclaredClasses())
                    .sorted(Comparator.comparing(Class::getName))
                    .forEach(nested -> addPublic(nested, types));
        }
    }

    private static Set<String> names(Path classes) throws IOException {
        Set<String> names = new TreeSet<>();
        ModuleDescriptor module = ModuleDescriptor.read(Files.newInputStream(classes.resolve("module-info.class")));
        for (ModuleDescriptor.Exports exported : module.exports()) {
            if (!exported.isQualified()) {
                Path folder = classes.resolve(exported.source().replace('.', '/'));
                try (Stream<Path> files = Files.list(folder)) {
                    files.map(file -> String.valueOf(file.getFileName()))
                            .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("-"))
                            .forEach(file -> names.add(exported.source() + '.' + file.replace(".class", "")));
                }
            }
        }
        return names;
    }
}
