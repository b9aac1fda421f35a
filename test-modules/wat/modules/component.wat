;; A component, which is no module.
(component)
