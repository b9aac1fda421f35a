package dev.selene.vm;
public record ModuleInspection() { static ModuleInspection of(Object o){return new ModuleInspection();} }
