//! Between the types of contract track 0.1 and the one internal model. Nothing is decided here.
//!
//! A macro, since there are two sets of bindings with the same types: the host's, and those of the guest
//! SDK, whose test harness runs plugins natively.

/// Defines `lift_descriptor`, `lift_advice` and `lower_package` for the bindings module `$types`.
#[doc(hidden)]
#[macro_export]
macro_rules! lifting_0_1 {
    ($types:ident) => {
        /// The descriptor in the model, where a path names one hook file.
        ///
        /// # Errors
        ///
        /// The path of a hook file that is given twice.
        pub(crate) fn lift_descriptor(
            descriptor: $types::Descriptor,
        ) -> Result<$crate::model::Descriptor, String> {
            let mut hook_files = std::collections::BTreeMap::new();
            for file in descriptor.hook_files {
                if hook_files.contains_key(&file.path) {
                    return Err(file.path);
                }
                hook_files.insert(file.path, file.text);
            }
            Ok($crate::model::Descriptor {
                name: descriptor.name,
                version: descriptor.version,
                license: descriptor.license,
                description: descriptor.description,
                interests: descriptor
                    .interests
                    .into_iter()
                    .map(lift_interest)
                    .collect(),
                hook_files,
                permissions: descriptor.permissions,
            })
        }

        fn lift_interest(interest: $types::Interest) -> $crate::model::Interest {
            $crate::model::Interest {
                import_path: interest.import_path,
                versions: interest.versions,
                matchers: interest
                    .matchers
                    .into_iter()
                    .map(|matcher| $crate::model::Matcher {
                        target: lift_target(matcher.target),
                        must_match: matcher.must_match,
                    })
                    .collect(),
            }
        }

        fn lift_target(target: $types::MatcherTarget) -> $crate::model::MatcherTarget {
            match target {
                $types::MatcherTarget::Function(function) => {
                    $crate::model::MatcherTarget::Function {
                        receiver: function.receiver,
                        name: function.name,
                    }
                }
                $types::MatcherTarget::Call(call) => $crate::model::MatcherTarget::Call {
                    import_path: call.import_path,
                    name: call.name,
                },
                $types::MatcherTarget::Directive(directive) => {
                    $crate::model::MatcherTarget::Directive { directive }
                }
            }
        }

        pub(crate) fn lift_advice(advice: $types::Advice) -> $crate::model::Advice {
            match advice {
                $types::Advice::Hook(hook) => $crate::model::Advice::Hook($crate::model::Hook {
                    join_point: hook.join_point,
                    folder: hook.folder,
                    before: hook.before,
                    after: hook.after,
                    constants: hook.constants,
                    arguments: hook
                        .arguments
                        .into_iter()
                        .map(|argument| $crate::model::Argument {
                            index: argument.index,
                            fields: argument.fields,
                        })
                        .collect(),
                    replaces: hook.replaces,
                    results: hook.results,
                    replaces_results: hook.replaces_results,
                    order: hook.order,
                }),
                $types::Advice::Detach(detach) => $crate::model::Advice::Detach {
                    join_point: detach.join_point,
                },
            }
        }

        pub(crate) fn lower_package(package: &$crate::model::Package) -> $types::GoPackage {
            $types::GoPackage {
                import_path: package.import_path.clone(),
                name: package.name.clone(),
                module_path: package.module_path.clone(),
                module_version: package.module_version.clone(),
                go_version: package.go_version.clone(),
                goos: package.goos.clone(),
                goarch: package.goarch.clone(),
                tags: package.tags.clone(),
                join_points: package.join_points.iter().map(lower_join_point).collect(),
                attrs: Vec::new(),
            }
        }

        fn lower_join_point(point: &$crate::model::JoinPoint) -> $types::JoinPoint {
            let kind = match &point.kind {
                $crate::model::JoinPointKind::Function(function) => {
                    $types::JoinPointKind::Function(lower_function(function))
                }
                $crate::model::JoinPointKind::Call(call) => {
                    $types::JoinPointKind::Call($types::Call {
                        import_path: call.import_path.clone(),
                        name: call.name.clone(),
                        count: call.count,
                        declaration: call.declaration.as_ref().map(lower_function),
                    })
                }
            };
            $types::JoinPoint {
                file: point.file.clone(),
                line: point.line,
                kind,
                attrs: Vec::new(),
            }
        }

        fn lower_function(function: &$crate::model::Function) -> $types::Function {
            $types::Function {
                receiver: function.receiver.as_ref().map(lower_parameter),
                name: function.name.clone(),
                type_parameters: function.type_parameters.clone(),
                parameters: function.parameters.iter().map(lower_parameter).collect(),
                results: function.results.iter().map(lower_parameter).collect(),
                directives: function.directives.clone(),
            }
        }

        fn lower_parameter(parameter: &$crate::model::Parameter) -> $types::Parameter {
            $types::Parameter {
                name: parameter.name.clone(),
                go_type: parameter.go_type.clone(),
                hook_type: parameter
                    .hook_type
                    .as_ref()
                    .map($crate::hook_type::spelled_out),
            }
        }
    };
}
