from django.urls import URLPattern, path

from oneroof.insight.views import bursts, complaints, drivers, products, reasons, slices, spared

app_name = "insight"

AT = "desk/insight/"

urlpatterns: list[URLPattern] = [
    path(AT, drivers.drivers, name="drivers"),
    path(f"{AT}today/", complaints.today, name="today"),
    path(f"{AT}bursts/", bursts.bursts, name="bursts"),
    path(f"{AT}slices/", slices.explore, name="slices"),
    path(f"{AT}slices/save/", slices.slice_save, name="slice_save"),
    path(f"{AT}slices/export/", slices.slice_export, name="slice_export"),
    path(f"{AT}slices/<int:slice_id>/removal/", slices.slice_removal, name="slice_removal"),
    path(f"{AT}products/", products.products, name="products"),
    path(f"{AT}products/<int:product_id>/removal/", products.product_removal, name="product_removal"),
    path(f"{AT}complaints/<int:complaint_id>/", complaints.complaint, name="complaint"),
    path(f"{AT}complaints/<int:complaint_id>/decision/", complaints.decision, name="complaint_decision"),
    path(f"{AT}complaints/<int:complaint_id>/news/", complaints.news, name="complaint_news"),
    path(f"{AT}unknown/", drivers.unknown, name="unknown"),
    path(f"{AT}reasons/add/", reasons.reason_add, name="reason_add"),
    path(f"{AT}reasons/<int:reason_id>/", drivers.reason, name="reason"),
    path(f"{AT}reasons/<int:reason_id>/change/", reasons.reason_change, name="reason_change"),
    path(f"{AT}reasons/<int:reason_id>/removal/", reasons.reason_removal, name="reason_removal"),
    path(f"{AT}spared/", spared.spared, name="spared"),
    path(f"{AT}spared/<int:case_id>/judgement/", spared.judgement, name="spared_judgement"),
    path(f"{AT}groups/", reasons.groups, name="groups"),
    path(f"{AT}groups/<int:group_id>/taking/", reasons.group_taking, name="group_taking"),
    path(f"{AT}contacts/<int:contact_id>/reason/", reasons.contact_reason, name="contact_reason"),
    path(f"{AT}posts/<int:post_id>/reason/", reasons.post_reason, name="post_reason"),
]
