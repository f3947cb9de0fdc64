"""Forms in the look of the house: ``{{ form }}`` and ``{{ form.name.as_field_group }}`` need nothing more."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    form_template_name = "oneroof/forms/form.html"
    field_template_name = "oneroof/forms/field.html"
