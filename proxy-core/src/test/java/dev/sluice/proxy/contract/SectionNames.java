package dev.sluice.proxy.contract;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGenerator;

/** Puts a case's {@link Section} before its name. */
final class SectionNames extends DisplayNameGenerator.Standard {
    @Override
    public String generateDisplayNameForMethod(List<Class<?>> enclosing, Class<?> type, Method method) {
        Section section = method.getAnnotation(Section.class);
        String name = super.generateDisplayNameForMethod(enclosing, type, method);
        return section == null ? name : section.value() + ": " + name;
    }
}
